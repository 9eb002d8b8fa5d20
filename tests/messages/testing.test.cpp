#include <annals/testing.hpp>

#include "tests/messages/testing_domain.hpp"

#include <catch2/catch.hpp>

using namespace annals::testing;
using namespace till;

namespace {

// What the kit says of a test that does not hold.
template <class Test>
std::string said(Test test) {
  try {
    test();
  } catch (const mismatch& why) {
    return why.what();
  }
  return "nothing";
}

} // namespace

TEST_CASE("a test that holds says nothing, and goes on from the state that it reached") {
  given<till::till>(paid_in{100})
      .when(pay_out{30})
      .then(paid_out{30})
      .then_state(till::till{70, 0})
      .when(pay_out{71})
      .then_rejected("insufficient funds")
      .when(pay_out{71})
      .then_rejected()
      .when(pay_in{1})
      .when(pay_out{71})
      .then(paid_out{71})
      .then_state([](const till::till& self) { CHECK(self.balance == 0); })
      .then_state([](const till::till& self) { return self.balance == 0; })
      .when(do_oddly{"nothing"})
      .then_no_events()
      .when(do_oddly{"fully"})
      .then(paid_in{1}, noted{"fully", {1, 2}});
}

TEST_CASE("a beginning that is kept begins many tests") {
  const auto full = given<till::till>(paid_in{100});
  full.when(pay_out{100}).then(paid_out{100});
  full.when(pay_out{100}).then(paid_out{100});
  full.then_state(till::till{100, 0});
}

TEST_CASE("another event than the expected one is shown beside it, with all that came before") {
  CHECK(said([] {
          given<till::till>(paid_in{100}, paid_in{1})
              .when(pay_in{5})
              .then(paid_in{5})
              .when(pay_out{30})
              .then(paid_out{31});
        })
        == "till.till: not what the test says (- expected, + happened)\n"
           "  given till.paid_in {\"cents\":100}\n"
           "        till.paid_in {\"cents\":1}\n"
           "  when  pay_in {\"cents\":5}\n"
           "  then    till.paid_in {\"cents\":5}\n"
           "  when  pay_out {\"cents\":30}\n"
           "  then  - till.paid_out {\"cents\":31}\n"
           "        + till.paid_out {\"cents\":30}");
}

TEST_CASE("events that are right stay unmarked beside one that is missing or too many") {
  CHECK(said([] { given<till::till>().when(do_oddly{"x"}).then(paid_in{1}); })
        == "till.till: not what the test says (- expected, + happened)\n"
           "  when  do_oddly {\"how\":\"x\"}\n"
           "  then    till.paid_in {\"cents\":1}\n"
           "        + till.noted {\"text\":\"x\",\"pages\":[1,2]}");
  CHECK(said([] { given<till::till>().when(do_oddly{"nothing"}).then(paid_in{1}); })
        == "till.till: not what the test says (- expected, + happened)\n"
           "  when  do_oddly {\"how\":\"nothing\"}\n"
           "  then  - till.paid_in {\"cents\":1}\n"
           "        + nothing");
}

TEST_CASE("a long event is compared member by member") {
  const std::string text(60, 'x');
  CHECK(said([&] {
          given<till::till>().when(do_oddly{text}).then(paid_in{1}, noted{text, {1, 3}});
        })
        == "till.till: not what the test says (- expected, + happened)\n"
           "  when  do_oddly {\"how\":\""
               + text
               + "\"}\n"
                 "  then    till.paid_in {\n"
                 "            \"cents\": 1\n"
                 "          }\n"
                 "          till.noted {\n"
                 "            \"text\": \""
               + text
               + "\",\n"
                 "            \"pages\": [\n"
                 "              1,\n"
                 "        -     3\n"
                 "        +     2\n"
                 "            ]\n"
                 "          }");
}

TEST_CASE("a rejection is shown with its reason, where none or another was expected") {
  const std::string begin = "till.till: not what the test says (- expected, + happened)\n"
                            "  when  pay_out {\"cents\":1}\n"
                            "  then  ";
  CHECK(said([] { given<till::till>().when(pay_out{1}).then(paid_out{1}); })
        == begin
               + "- till.paid_out {\"cents\":1}\n"
                 "        + rejected: insufficient funds");
  CHECK(said([] { given<till::till>().when(pay_out{1}).then_rejected("no"); })
        == begin
               + "- rejected: no\n"
                 "        + rejected: insufficient funds");
  CHECK(said([] { (void)given<till::till>().when(pay_out{1}).when(pay_in{1}); })
        == begin + "+ rejected: insufficient funds");
  CHECK(said([] { given<till::till>().when(pay_out{1}).then_state(till::till{}); })
        == begin + "+ rejected: insufficient funds");
}

TEST_CASE("an accepted command is shown with its events where a rejection was expected") {
  CHECK(said([] { given<till::till>().when(pay_in{1}).then_rejected(); })
        == "till.till: not what the test says (- expected, + happened)\n"
           "  when  pay_in {\"cents\":1}\n"
           "  then  - rejected\n"
           "        + till.paid_in {\"cents\":1}");
  CHECK(said([] { given<till::till>().when(do_oddly{"nothing"}).then_rejected("no"); })
        == "till.till: not what the test says (- expected, + happened)\n"
           "  when  do_oddly {\"how\":\"nothing\"}\n"
           "  then  - rejected: no\n"
           "        + accepted, no events");
}

TEST_CASE("what the domain throws, and an event that cannot be stored, is reported as such") {
  CHECK(said([] { given<till::till>().when(do_oddly{"throw"}).then_rejected(); })
        == "till.till: not what the test says (- expected, + happened)\n"
           "  when  do_oddly {\"how\":\"throw\"}\n"
           "  then  - rejected\n"
           "        + threw: no reason at all");
  CHECK(said([] {
          (void)given<till::till>(noted{"evolve throws", {}});
        })
        == "till.till: not what the test says (- expected, + happened)\n"
           "  given till.noted {\"text\":\"evolve throws\",\"pages\":[]}\n"
           "  then  + evolve threw: no such page");
  auto unstorable = said([] { given<till::till>().when(do_oddly{"unstorable"}).then_no_events(); });
  CHECK_THAT(unstorable, Catch::Contains("+ till.noted cannot be stored: "));
}

TEST_CASE("states are compared member by member") {
  CHECK(said([] {
          given<till::till>(paid_in{2}).then_state(till::till{1, 0});
        })
        == "till.till: not what the test says (- expected, + happened)\n"
           "  given till.paid_in {\"cents\":2}\n"
           "  then    {\n"
           "        -   \"balance\": 1,\n"
           "        +   \"balance\": 2,\n"
           "            \"notes\": 0\n"
           "          }");
  CHECK(said([] { given<till::till>().then_state([](const till::till&) { return false; }); })
        == "till.till: not what the test says (- expected, + happened)\n"
           "  then  + the state is {\"balance\":0,\"notes\":0}");
}

TEST_CASE("a projection is told ids, versions and times") {
  const annals::timestamp noon{std::chrono::hours{12}};
  given_projection<sums>(from("a", paid_in{1}, paid_in{2}), from("b", paid_in{4}))
      .then(sums{{{"a", 3}, {"b", 4}}, annals::timestamp{std::chrono::seconds{3}}, 4})
      .given(from("a", paid_in{5}).at(noon))
      .then(sums{{{"a", 8}, {"b", 4}}, noon, 7})
      .then([&](const sums& model) { CHECK(model.last == noon); });
}

TEST_CASE("read models are compared member by member, and long ones are cut where they are equal") {
  sums wanted;
  auto model = given_projection<sums>();
  for (int i = 10; i < 40; ++i) {
    wanted.of[std::to_string(i)] = 1;
    model = model.given(from(std::to_string(i), paid_in{i == 30 ? 2 : 1}).at({}));
  }
  wanted.versions = 30;
  auto text = said([&] { model.then(wanted); });
  CHECK(text.substr(text.find("  then"))
        == "  then    {\n"
           "            \"of\": {\n"
           "              \"10\": 1,\n"
           "          … 16 equal lines\n"
           "              \"27\": 1,\n"
           "              \"28\": 1,\n"
           "              \"29\": 1,\n"
           "        -     \"30\": 1,\n"
           "        +     \"30\": 2,\n"
           "              \"31\": 1,\n"
           "              \"32\": 1,\n"
           "              \"33\": 1,\n"
           "          … 7 equal lines\n"
           "            \"last\": \"1970-01-01T00:00:00Z\",\n"
           "            \"versions\": 30\n"
           "          }");
}
