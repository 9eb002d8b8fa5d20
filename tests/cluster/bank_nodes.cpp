#include "tests/cluster/bank_nodes.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <thread>

namespace annals::tests::cluster {

namespace {

using namespace std::chrono_literals;

constexpr auto longest_drain = 3min;

} // namespace

bool bank_nodes::is_far_from_store(const std::string& name) const {
  return network_.is_there() && fault_plan::is_far_from_store(name);
}

void bank_nodes::start(const std::string& name) {
  auto where = network_.address_of(name);
  auto command = network_.entering(name);
  const auto& store = is_far_from_store(name) ? store_.far : store_.near;
  command.insert(command.end(), {BANK_PROGRAM, "node", "--store", store, "--name", name,
                                 "--lease-time", std::to_string(lease_time_.count()), "--listen",
                                 where + ":0", "--listen-without-encryption"});
  nodes_[name] = std::make_unique<program>(std::move(command));
}

void bank_nodes::let_happen(const planned_fault& step) {
  std::this_thread::sleep_for(step.pause);
  check_all_run();
  if (step.what == fault_kind::drain && !step.starts.empty())
    start(step.starts);
  switch (step.what) {
    case fault_kind::kill: kill(step.node); break;
    case fault_kind::stop: stop_for(step.node, step.length); break;
    case fault_kind::cut: cut_off_for(step.node, step.length); break;
    case fault_kind::drain: drain(step.node); break;
    case fault_kind::join:
      ++happened_["started"];
      start(step.node);
      break;
  }
  if (step.what == fault_kind::kill && !step.starts.empty())
    start(step.starts);
}

void bank_nodes::check_all_run() {
  for (auto& [name, node] : nodes_) {
    if (!node->ends_within(0ms))
      continue;
    auto ended = node->wait();
    FAIL("the node " << name << " has ended by itself, with " << ended.code << ":\n"
                     << ended.out << ended.err);
  }
}

// One that is started again at once gets its own name when its old lease has run out.
void bank_nodes::kill(const std::string& name) {
  ++happened_["killed"];
  nodes_.at(name)->signal(SIGKILL);
  nodes_.at(name)->wait();
  nodes_.erase(name);
}

void bank_nodes::stop_for(const std::string& name, std::chrono::milliseconds length) {
  ++happened_["stopped for a while"];
  auto& node = *nodes_.at(name);
  node.signal(SIGSTOP);
  std::this_thread::sleep_for(length);
  node.signal(SIGCONT);
}

void bank_nodes::cut_off_for(const std::string& name, std::chrono::milliseconds length) {
  ++happened_[is_far_from_store(name) ? "cut off from all" : "cut off from all but the store"];
  network_.cut(name);
  std::this_thread::sleep_for(length);
  network_.mend(name);
}

// One that has not joined yet is not found (4), and in place of one that comes after one that was
// killed shortly before, that one may be asked.
void bank_nodes::drain(const std::string& name) {
  ++happened_["drained"];
  auto& node = *nodes_.at(name);
  std::string said;
  for (const auto end = std::chrono::steady_clock::now() + longest_drain; !node.ends_within(1s);) {
    INFO(said);
    REQUIRE(std::chrono::steady_clock::now() < end);
    auto drained = run({BANK_PROGRAM, "drain", name, "--store", store_.near, "--timeout", "30000"});
    said += std::to_string(drained.code) + ": " + drained.out + drained.err;
    CHECK((drained.code == 0 || drained.code == 4));
  }
  auto ended = node.wait();
  INFO(name << ": " << ended.out << ended.err);
  CHECK(ended.code == 0);
  nodes_.erase(name);
}

void bank_nodes::stop_all() {
  for (auto& [name, node] : nodes_)
    node->signal(SIGTERM);
  for (auto& [name, node] : nodes_) {
    const bool has_ended = node->ends_within(2min);
    if (!has_ended)
      node->signal(SIGKILL);
    auto ended = node->wait();
    INFO(name << ": " << ended.out << ended.err);
    CHECK(has_ended);
    CHECK(ended.code == 128 + SIGTERM);
  }
  nodes_.clear();
}

} // namespace annals::tests::cluster
