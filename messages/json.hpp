#pragma once

/// Described structs as JSON: every codec of the library. `to_json`, `from_json`, `schema_of`.

#include <annals/messages/json/chrono.hpp>
#include <annals/messages/json/codec.hpp>
#include <annals/messages/json/containers.hpp>
#include <annals/messages/json/described.hpp>
#include <annals/messages/json/scalars.hpp>
#include <annals/messages/json/variant.hpp>
