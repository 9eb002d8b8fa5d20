#pragma once

/// The testing kit of a domain: given events, when a command, then events or a rejection; a
/// projection, a joint command and a process manager likewise. Includes no actor, no store and no
/// test framework. A whole node for tests is in `<annals/testing_node.hpp>`.

#include <annals/messages/testing/given_aggregate.hpp>
#include <annals/messages/testing/given_joint.hpp>
#include <annals/messages/testing/given_process.hpp>
#include <annals/messages/testing/given_projection.hpp>
#include <annals/messages/testing/mismatch.hpp>
