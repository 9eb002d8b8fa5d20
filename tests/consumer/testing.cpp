// Tests of a domain by the installed kit, with no test framework: a mismatch ends the program.
#include <annals/testing.hpp>

struct note {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(note, (), (text))
struct noted {
  static constexpr annals::event_name name{"consumer.noted"};
  std::string text;
};
BOOST_DESCRIBE_STRUCT(noted, (), (text))
struct notebook {
  static constexpr annals::aggregate_name name{"consumer.notebook"};
  using commands = annals::commands<note>;
  using events = annals::events<noted>;
  std::uint32_t pages = 0;
};
BOOST_DESCRIBE_STRUCT(notebook, (), (pages))
noted decide(const notebook&, const note& command) { return {command.text}; }
notebook evolve(notebook self, const noted&) { return {self.pages + 1}; }

int main() {
  using namespace annals::testing;
  given<notebook>(noted{"a"}).when(note{"b"}).then(noted{"b"}).then_state(notebook{2});
}
