#pragma once

/// Everything an application needs: the domain API, the node, the command line.

#include <annals/actors/node.hpp>
#include <annals/messages/domain.hpp>
#include <annals/messages/domain_list.hpp>
