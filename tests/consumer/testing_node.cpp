// A node for tests from the installed package.
#include <annals/testing_node.hpp>

int main() {
  annals::testing::test_node node{annals::registry{}};
  node.clock().advance(std::chrono::minutes{10});
  return static_cast<int>(node.faults().counts().appends);
}
