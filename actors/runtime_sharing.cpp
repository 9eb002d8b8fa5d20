#include <annals/actors/runtime.hpp>

#include <caf/send.hpp>

namespace annals {

namespace {

constexpr std::chrono::seconds longest_hand_over{1};

} // namespace

// What a node does among others, and the process managers, which one of them runs.

result<void> node::runtime::open_to_others() {
  front_ = dispatcher_;
  if (!cluster_)
    return {};
  auto router = cluster_->open(*system_, dispatcher_, settings_);
  if (!router)
    return router.error();
  front_ = std::move(*router);
  return {};
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
  tasks_.back().ended = [this, projection, what = tasks_.back().what, last] {
    rebuilds_.leave(projection);
    what->ask_to_end();
    caf::anon_send(last, go_on{});
    what->wait_until_settled(longest_hand_over);
  };
}

void node::runtime::hand_over_when_asked(const target_runner_actor& last) {
  if (!cluster_)
    return;
  tasks_.back().ended = [what = tasks_.back().what, last] {
    what->ask_to_end();
    caf::anon_send(last, go_on{});
    what->wait_until_settled(longest_hand_over);
  };
}

failure node::runtime::done_elsewhere(std::string_view target, const duty& held_by) {
  auto node = held_by.elsewhere();
  return {errc::unknown_projection,
          "this node does not run the target " + std::string{target}
              + (node.empty() ? "; another one takes it over" : ", the node " + node + " does")};
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
      auto& seat = *seats_.emplace_back(std::make_unique<process_seat>(*system_, spawn));
      tasks_.back().begun = [&seat] { seat.begin(); };
      tasks_.back().ended = [&seat] { seat.end(); };
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
                            const std::shared_ptr<const duty>& held_by) {
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
  auto runner = spawn_process_runner(*system_, std::move(parts));
  caf::anon_send(bus_, subscriber_actor{runner});
  return runner;
}

void node::runtime::wake_processes() {
  for (const auto& runner : process_runners_)
    caf::anon_send(runner, go_on{});
}

} // namespace annals
