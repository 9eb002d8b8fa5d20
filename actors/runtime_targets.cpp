#include <annals/actors/runtime.hpp>

#include <annals/actors/target_notes.hpp>
#include <annals/messages/text.hpp>
#include <annals/persistence/part_name.hpp>

#include <caf/send.hpp>

#include <algorithm>
#include <thread>

namespace annals {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How often those who wait for a part look whether it has moved, or what its node has stored.
constexpr milliseconds longest_look{200};

result<void> check_target(const target_settings& settings) {
  const bool can_open =
      settings.partitions == 1 ? settings.open != nullptr : settings.open_part != nullptr;
  if (settings.name.empty() || !can_open || settings.largest_batch == 0
      || part_named(settings.name))
    return failure{errc::invalid_argument,
                   "the target " + annals::quoted(settings.name)
                       + " needs a name of its own, a way to open it (open_part, where it has "
                         "several parts), and batches of 1 or more"};
  if (settings.partitions == 0 || settings.partitions > most_parts)
    return failure{errc::invalid_argument, "the target " + settings.name + " has "
                                               + std::to_string(settings.partitions)
                                               + " as target_settings::partitions; give 1 to "
                                               + std::to_string(most_parts)};
  return {};
}

failure divided_otherwise(const target_settings& settings, std::uint32_t parts) {
  return {errc::invalid_argument,
          "the target " + settings.name + " was begun with " + std::to_string(parts)
              + (parts == 1 ? " part" : " parts") + ", and its target_settings::partitions is "
              + std::to_string(settings.partitions) + "; set it to " + std::to_string(parts)
              + ", or stop all nodes, make the target anew from nothing and have its parts "
                "forgotten (`projections drop "
              + settings.name + "`)"};
}

failure done_elsewhere(std::string_view target, const duty& held_by) {
  auto node = held_by.elsewhere();
  return {errc::unknown_projection,
          "this node does not run the target " + std::string{target}
              + (node.empty() ? "; another one takes it over" : ", the node " + node + " does")};
}

} // namespace

result<void> node::runtime::spawn_target_runners() {
  auto reader = open_reader();
  if (!reader)
    return reader.error();
  for (const auto& settings : settings_.targets) {
    if (auto good = check_target(settings); !good)
      return good;
    if (domain_.find_projection(settings.name) != nullptr || targets_.contains(settings.name))
      return failure{errc::invalid_argument, "there is a projection " + settings.name
                                                 + " already; give the target another name"};
    if (auto good = check_division(**reader, settings); !good)
      return good;
    targets_[settings.name] = {target_boards_.size(), settings.partitions};
    for (std::uint32_t index = 0; index < settings.partitions; ++index)
      if (auto spawned = spawn_target_runner_of(settings, {index, settings.partitions}); !spawned)
        return spawned;
  }
  return {};
}

result<void> node::runtime::spawn_target_runner_of(const target_settings& settings, log_part part) {
  auto reader = open_reader();
  if (!reader)
    return reader.error();
  target_runner_parts parts;
  parts.domain = &domain_;
  parts.settings = settings;
  parts.settings.name = part_name(settings.name, part);
  if (part.of > 1)
    parts.settings.open = [open = settings.open_part, part] { return open(part); };
  parts.part = part;
  parts.board = target_boards_.emplace_back(std::make_shared<target_board>(parts.settings.name));
  parts.reader = std::move(*reader);
  parts.writer = writer_;
  parts.desk = target_desks_.emplace_back(std::make_shared<projector_desk>());
  parts.held_by = target_duties_.emplace_back(add_task(projection_duty(parts.settings.name)));
  parts.most_parked = settings_.most_parked;
  parts.poll_interval = settings_.poll_interval;
  parts.save_interval = settings_.save_interval;
  parts.poison_retries = settings_.poison_retries;
  parts.poison_back_off = settings_.poison_back_off;
  target_runners_.push_back(spawn_target_runner(*system_, std::move(parts)));
  caf::anon_send(bus_, subscriber_actor{target_runners_.back()});
  hand_over_when_asked(target_runners_.back());
  return {};
}

// What the first one has stored counts for everybody from then on: with another number of parts
// events would be taken in twice, or by nobody.
result<void> node::runtime::check_division(event_reader& reader, const target_settings& settings) {
  for (;;) {
    auto stored = reader.load_model(target_model_name(settings.name));
    if (!stored)
      return stored.error();
    if (*stored) {
      auto notes = target_notes_from(**stored);
      if (!notes)
        return notes.error();
      return notes->parts == settings.partitions ? result<void>{}
                                                 : divided_otherwise(settings, notes->parts);
    }
    target_notes fresh;
    fresh.parts = settings.partitions;
    auto made = to_stored(settings.name, fresh, 0, 0);
    auto put = made ? writer_->replace(*made, {}) : made.error();
    if (!put && put.error().code != errc::model_replaced)
      return put.error();
  }
}

node::runtime::target_range node::runtime::find_targets(std::string_view name) const {
  if (auto whole = targets_.find(name); whole != targets_.end())
    return whole->second;
  auto part = std::ranges::find_if(target_boards_,
                                   [&](const auto& board) { return board->name() == name; });
  if (part == target_boards_.end())
    return {};
  return {static_cast<std::size_t>(part - target_boards_.begin()), 1};
}

bool node::runtime::runs_here(std::size_t target) const {
  return !target_duties_[target] || target_duties_[target]->fence();
}

std::string node::runtime::node_of(const duty* held_by) const {
  if (held_by == nullptr)
    return {};
  return held_by->fence() ? cluster_->settings().name : held_by->elsewhere();
}

std::string node::runtime::node_with(std::size_t model) const {
  return node_of(model_duties_[model].get());
}

result<void> node::runtime::wait_for(std::string_view projection, log_position position,
                                     milliseconds timeout) const {
  auto targets = find_targets(projection);
  if (targets.count == 0) {
    auto model = find_model(projection);
    return model ? (*model)->wait_for(position, timeout) : model.error();
  }
  if (!part_named(target_boards_[targets.first]->name())) {
    if (!runs_here(targets.first))
      return done_elsewhere(projection, *target_duties_[targets.first]);
    return target_boards_[targets.first]->wait_for(position, timeout);
  }
  const auto end = steady_clock::now() + timeout;
  for (auto i = targets.first; i < targets.first + targets.count; ++i)
    if (auto there = wait_for_part(i, position, end); !there)
      return there;
  return {};
}

// A part may move while it is waited for. What another node has stored of it is late, never early.
result<void> node::runtime::wait_for_part(std::size_t target, log_position position,
                                          steady_clock::time_point end) const {
  const auto& board = *target_boards_[target];
  std::unique_ptr<event_reader> reader;
  for (log_position seen = 0;;) {
    auto left = std::chrono::ceil<milliseconds>(end - steady_clock::now());
    auto step = std::clamp(std::min(left, settings_.poll_interval), milliseconds{0}, longest_look);
    if (runs_here(target)) {
      auto there = board.wait_for(position, step);
      if (there || there.error().code != errc::timed_out)
        return there;
      seen = board.position();
    } else {
      if (!reader) {
        auto opened = open_reader();
        if (!opened)
          return opened.error();
        reader = std::move(*opened);
      }
      auto stored = reader->load_model(target_model_name(board.name()));
      auto notes =
          stored && *stored ? target_notes_from(**stored) : result<target_notes>{target_notes{}};
      if (!stored || !notes)
        return !stored ? stored.error() : notes.error();
      seen = *stored ? (*stored)->checkpoint : 0;
      if (seen >= position)
        return {};
      if (!notes->stopped.empty())
        return failure{errc::projection_stopped, notes->stopped};
      std::this_thread::sleep_for(step);
    }
    if (left.count() <= 0) {
      auto node = node_of(target_duties_[target].get());
      return failure{errc::timed_out,
                     "the part " + board.name() + (node.empty() ? "" : " on the node " + node)
                         + " is known to be at position " + std::to_string(seen) + " and not at "
                         + std::to_string(position) + " in time; what was stored stays"};
    }
  }
}

result<std::vector<order_place>> node::runtime::find_places(std::string_view projection) const {
  std::vector<order_place> places;
  auto targets = find_targets(projection);
  for (auto i = targets.first; i < targets.first + targets.count; ++i) {
    if (!runs_here(i))
      return targets.count == 1 ? done_elsewhere(projection, *target_duties_[i])
                                : not_all_here(projection, targets);
    auto part = part_named(target_boards_[i]->name()).value_or(named_part{}).part;
    places.push_back({target_desks_[i], part, target_boards_[i]});
  }
  if (targets.count != 0)
    return places;
  auto model = find_model(projection);
  if (!model)
    return model.error();
  auto found = std::ranges::find(models_, *model);
  places.push_back({desks_[static_cast<std::size_t>(found - models_.begin())]});
  return places;
}

failure node::runtime::not_all_here(std::string_view target, target_range all) const {
  std::string others;
  for (auto i = all.first; i < all.first + all.count; ++i)
    if (!runs_here(i)) {
      auto node = target_duties_[i]->elsewhere();
      others += (others.empty() ? "" : ", ") + target_boards_[i]->name()
                + (node.empty() ? " (being taken over)" : " (node " + node + ")");
    }
  return {errc::unknown_projection,
          "this node does not run all parts of the target " + std::string{target} + ": not "
              + others
              + "; give the order to each part where it runs, or on the command line, which "
                "reaches all of them"};
}

// A node's own board is as old as the time when it had the part last.
void node::runtime::add_targets(std::vector<projection_status>& all, log_position end) {
  std::unique_ptr<event_reader> reader;
  for (std::size_t i = 0; i < target_boards_.size(); ++i) {
    const auto& board = *target_boards_[i];
    auto position = board.position();
    projection_status status{
        board.name(),          position,          std::max(position, end),         board.stopped(),
        board.parked().size(), board.is_paused(), node_of(target_duties_[i].get())};
    if (!runs_here(i)) {
      if (auto opened =
              reader ? result<std::unique_ptr<event_reader>>{std::move(reader)} : open_reader())
        reader = std::move(*opened);
      auto stored = reader ? reader->load_model(target_model_name(board.name()))
                           : result<std::optional<stored_model>>{std::nullopt};
      if (stored && *stored)
        if (auto notes = target_notes_from(**stored)) {
          status.position = (*stored)->checkpoint;
          status.stopped.reset();
          if (!notes->stopped.empty())
            status.stopped = failure{errc::projection_stopped, notes->stopped};
          status.parked = notes->parked.size();
          status.paused = notes->paused;
        }
    }
    all.push_back(std::move(status));
  }
}

} // namespace annals
