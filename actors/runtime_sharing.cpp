#include <annals/actors/runtime.hpp>

#include <annals/actors/log.hpp>
#include <annals/messages/stream_name.hpp>

#include <caf/send.hpp>

#include <spdlog/logger.h>

namespace annals {

namespace {

template <class Actor>
void end_in_time(duty& what, const Actor& by, std::chrono::milliseconds longest) {
  what.ask_to_end();
  caf::anon_send(by, go_on{});
  if (!what.wait_until_settled(longest))
    log().warn("{}: it was not stored within {} ms, and whoever runs it next has more to read",
               what.name(), longest.count());
}

} // namespace

// What a node does among others, and the process managers, which one of them runs.

result<void> node::runtime::open_to_others(aggregate_context& context) {
  front_ = dispatcher_;
  if (!cluster_)
    return {};
  store_host_parts parts;
  parts.is_writable = cluster_->settings().serve_store;
  parts.look = [this](const std::string& projection, std::optional<log_position> known) {
    return look_at_model(projection, known);
  };
  parts.store = store_.get();
  parts.writer = writer_;
  parts.journal = journal_;
  parts.bus = bus_;
  store_host_ = spawn_store_host(*system_, std::move(parts));
  auto router = cluster_->open(*system_, dispatcher_, settings_,
                               caf::actor_cast<caf::strong_actor_ptr>(store_host_));
  if (!router)
    return router.error();
  front_ = std::move(*router);
  context.others = cluster_->asker();
  context.is_here = [nodes = cluster_->duties()](std::string_view aggregate, std::string_view id) {
    const auto there = nodes->nodes();
    const auto* owner = there->owner_of(stream_name(aggregate, id));
    return owner == nullptr || owner->incarnation == nodes->incarnation();
  };
  return {};
}

// Clients may ask before all is there.
result<std::optional<served::model_now>>
node::runtime::look_at_model(const std::string& projection, std::optional<log_position> known) {
  if (!is_started_)
    return failure{errc::unknown_projection, "the node is starting"};
  auto model = find_model(projection);
  if (!model)
    return model.error();
  auto lock = (*model)->hold();
  if (!lock)
    return lock.error();
  served::model_now now{(*model)->position(), {}};
  if (known == now.position)
    return std::optional<served::model_now>{};
  auto json = (*model)->to_json();
  if (!json)
    return json.error();
  now.json = std::move(*json);
  return std::optional{std::move(now)};
}

// Null where this node is alone.
std::shared_ptr<duty> node::runtime::add_task(std::string name) {
  if (!cluster_)
    return nullptr;
  tasks_.push_back({std::make_shared<duty>(std::move(name))});
  return tasks_.back().what;
}

// What the projector has not stored yet, the next node would project again.
void node::runtime::hand_over_when_asked(const std::string& projection,
                                         const projector_actor& last) {
  if (!cluster_)
    return;
  tasks_.back().ended = [this, projection, what = tasks_.back().what,
                         last](std::chrono::milliseconds longest) {
    rebuilds_.leave(projection);
    end_in_time(*what, last, longest);
  };
}

void node::runtime::hand_over_when_asked(const target_runner_actor& last) {
  if (!cluster_)
    return;
  tasks_.back().ended = [what = tasks_.back().what, last](std::chrono::milliseconds longest) {
    end_in_time(*what, last, longest);
  };
}

bool node::runtime::is_elsewhere(std::size_t model) const {
  return cluster_ && !cluster_->settings().read_models_on_every_node
         && !model_duties_[model]->fence();
}

failure node::runtime::runs_elsewhere(std::size_t model) const {
  auto node = model_duties_[model]->elsewhere();
  return {errc::unknown_projection,
          "this node does not run the projection " + models_[model]->type().name
              + (node.empty() ? "; another one takes it over" : ", the node " + node + " does")
              + "; read it there, or set config::cluster's read_models_on_every_node"};
}

result<void> node::runtime::spawn_process_runners() {
  for (const auto& type : domain_.processes()) {
    auto board = process_boards_.emplace_back(std::make_shared<process_board>(type.name));
    if (auto held_by = add_task(process_duty(type.name))) {
      auto spawn = [this, &type, board, held_by] { return spawn_runner(type, board, held_by); };
      auto& seat = *seats_.emplace_back(std::make_unique<process_seat>(*system_, type.name, spawn));
      tasks_.back().begun = [&seat] { return seat.begin(); };
      tasks_.back().ended = [&seat](auto longest) { seat.end(longest); };
      continue;
    }
    auto runner = spawn_runner(type, board, nullptr);
    if (!runner)
      return runner.error();
    process_runners_.push_back(std::move(*runner));
  }
  return {};
}

result<process_runner_actor>
node::runtime::spawn_runner(const process_type& type, const std::shared_ptr<process_board>& board,
                            std::shared_ptr<duty> held_by) {
  auto reader = store_->open_reader();
  if (!reader)
    return reader.error();
  board->write([&](process_status& status) {
    status = {};
    status.name = type.name;
  });
  process_runner_parts parts;
  parts.domain = &domain_;
  parts.type = &type;
  parts.board = board;
  parts.reader = std::move(*reader);
  parts.journal = journal_;
  parts.dispatcher = front_;
  parts.clock = settings_.clock;
  parts.poll_interval = settings_.poll_interval;
  parts.save_interval = settings_.save_interval;
  parts.most_reactions = settings_.most_reactions;
  parts.live_processes = settings_.live_processes;
  parts.commands_under_way = settings_.process_commands_under_way;
  parts.largest_payload = settings_.largest_payload;
  // For as long as it runs: where the duty comes back to this node, another runner does it.
  if (held_by)
    parts.fence = held_by->fence().value_or(lease_fence{held_by->name(), 0});
  parts.held_by = std::move(held_by);
  auto runner = spawn_process_runner(*system_, std::move(parts));
  caf::anon_send(bus_, subscriber_actor{runner});
  return runner;
}

void node::runtime::wake_processes() {
  for (const auto& runner : process_runners_)
    caf::anon_send(runner, go_on{});
}

} // namespace annals
