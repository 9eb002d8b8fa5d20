#include "tests/cluster/bank_nodes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>
#include <thread>

namespace annals::tests::cluster {

namespace {

constexpr std::size_t fewest_nodes = 2;
constexpr std::size_t most_nodes = 5;

} // namespace

void bank_nodes::start(const std::string& name) {
  auto where = network_.address_of(name);
  auto command = network_.entering(name);
  command.insert(command.end(), {BANK_PROGRAM, "node", "--store", store_, "--name", name,
                                 "--lease-time", std::to_string(lease_time_), "--listen",
                                 where + ":0", "--listen-without-encryption"});
  nodes_[name] = std::make_unique<program>(std::move(command));
}

void bank_nodes::wait(int least, int most) {
  std::uniform_int_distribution<int> some{least, most};
  std::this_thread::sleep_for(std::chrono::milliseconds{some(random_)});
}

const std::string& bank_nodes::any() {
  auto chosen = nodes_.begin();
  std::advance(chosen, static_cast<std::ptrdiff_t>(random_() % nodes_.size()));
  return chosen->first;
}

void bank_nodes::let_something_happen() {
  wait(200, 1500);
  switch (random_() % 5) {
    case 0: return kill_one();
    case 1: return stop_for_a_while();
    case 2: return drain_one();
    case 3: return cut_off_for_a_while();
    default: return add_one();
  }
}

// At once started again, under its own name, which it gets when its old lease has run out; or gone.
void bank_nodes::kill_one() {
  ++happened_["killed"];
  auto name = any();
  nodes_.at(name)->signal(SIGKILL);
  nodes_.at(name)->wait();
  nodes_.erase(name);
  if (nodes_.size() < fewest_nodes || random_() % 2 == 0)
    start(name);
}

void bank_nodes::stop_for_a_while() {
  ++happened_["stopped for a while"];
  auto& node = *nodes_.at(any());
  node.signal(SIGSTOP);
  wait(lease_time_, 3 * lease_time_);
  node.signal(SIGCONT);
}

// It still has the store, and renews its lease.
void bank_nodes::cut_off_for_a_while() {
  if (!network_.is_there())
    return stop_for_a_while();
  ++happened_["cut off for a while"];
  auto name = any();
  network_.cut(name);
  wait(lease_time_, 5 * lease_time_);
  network_.mend(name);
}

void bank_nodes::drain_one() {
  if (nodes_.size() <= fewest_nodes)
    return add_one();
  auto name = any();
  // One that was killed shortly before may be asked in place of the one that comes after it.
  for (int attempt = 0; attempt < 5; ++attempt) {
    auto drained = run({BANK_PROGRAM, "drain", name, "--store", store_, "--timeout", "30000"});
    INFO(drained.out << drained.err);
    CHECK((drained.code == 0 || drained.code == 4));
    if (nodes_.at(name)->ends_within(std::chrono::seconds{5}))
      break;
    if (drained.code == 4 && attempt == 0)
      return; // it has not joined yet
  }
  ++happened_["drained"];
  auto ended = nodes_.at(name)->wait();
  INFO(ended.out << ended.err);
  CHECK(ended.code == 0);
  nodes_.erase(name);
}

void bank_nodes::add_one() {
  for (auto number = 1U; number <= most_nodes; ++number)
    if (auto name = "n" + std::to_string(number); !nodes_.contains(name)) {
      ++happened_["added"];
      return start(name);
    }
}

void bank_nodes::settle(const std::vector<std::string>& names) {
  for (const auto& name : names)
    if (!nodes_.contains(name))
      start(name);
}

void bank_nodes::stop_all() {
  for (auto& [name, node] : nodes_)
    node->signal(SIGTERM);
  for (auto& [name, node] : nodes_) {
    auto ended = node->wait();
    INFO(name << ": " << ended.out << ended.err);
    CHECK(ended.code == 128 + SIGTERM);
  }
  nodes_.clear();
}

} // namespace annals::tests::cluster
