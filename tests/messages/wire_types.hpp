#pragma once

#include <annals/domain.hpp>
#include <annals/messages/wire.hpp>

#include <caf/actor_system_config.hpp>
#include <caf/io/middleman.hpp>

namespace wire {

enum class weight { light, heavy };
BOOST_DESCRIBE_ENUM(weight, light, heavy)

struct sticker {
  static constexpr annals::type_name name{"wire.sticker"};
  std::string text;
  bool operator==(const sticker&) const = default;
};
BOOST_DESCRIBE_STRUCT(sticker, (), (text))

/// What crosses between the two processes: one description, nothing else.
struct parcel {
  std::int64_t number = 0;
  weight how = weight::light;
  std::optional<sticker> label;
  std::vector<sticker> all;
  std::map<std::string, std::int64_t> contents;
  std::variant<std::int64_t, std::string, sticker> extra;
  annals::timestamp time{};
  std::chrono::milliseconds took{0};
  annals::bytes blob;
  annals::uuid id{};
  bool operator==(const parcel&) const = default;
};
BOOST_DESCRIBE_STRUCT(parcel, (), (number, how, label, all, contents, extra, time, took, blob, id))

struct config : caf::actor_system_config {
  config() {
    load<caf::io::middleman>();
    set("logger.verbosity", caf::atom("quiet"));
    add_message_type<parcel>("wire.parcel");
    add_message_type<annals::command>("annals.command");
    add_message_type<annals::receipt>("annals.receipt");
  }
};

} // namespace wire
