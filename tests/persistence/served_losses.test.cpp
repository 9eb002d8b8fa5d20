// What a store elsewhere does when questions and answers are lost.

#include <annals/persistence/memory/memory_store.hpp>
#include <annals/persistence/served/remote_store.hpp>

#include "tests/conformance/samples.hpp"
#include "tests/persistence/direct_line.hpp"
#include "tests/printing.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace annals;
using namespace annals::tests;

namespace {

using loss = direct_line::loss;
using group_list = std::vector<std::vector<append_request>>;

constexpr std::array losses{loss::question, loss::answer, loss::question_and_run,
                            loss::answer_and_run};

// Of every kind, with the same ids each time they are appended.
group_list sample_groups() {
  auto with_parts = sample_request("a-1", 3, 1);
  with_parts.extras.parts = {sample_part("b-1", 0, 2), sample_part("c-1", 0, 0)};
  auto only_parts = sample_request("a-1", 4, 0);
  only_parts.extras.parts = {sample_part("b-1", 2, 1)};
  auto with_accepted = sample_request("a-2", 1, 1);
  with_accepted.extras.outcomes = {sample_outcome("a-2")};
  with_accepted.extras.outcomes[0].why.reset();
  with_accepted.extras.outcomes[0].events = 1;
  auto failed = sample_outcome("a-1");
  failed.why = failure{errc::domain_threw, "may come again"};
  return {
      {sample_request("a-1", 0, 2), sample_request("a-2", 0, 1)},
      {sample_request("a-1", 2, 1), sample_request("d-1", 0, 1)},
      {with_parts, sample_request("d-1", 7, 1)},
      {only_parts},
      {with_outcome(failed, 4), with_accepted},
      {with_outcome(sample_outcome("e-1"))},
      {taking("a-1", "ann", 4), taking("a-2", "ann", 2), taking("a-2", "bob", 2)},
      {releasing("a-1", "ann", 4), taking("a-3", "ann")},
      {sample_request("a-1", 4, 1)},
  };
}

std::vector<append_outcome> append_all(event_store& store, const group_list& groups) {
  std::vector<append_outcome> outcomes;
  for (const auto& group : groups)
    for (auto& outcome : store.append(group))
      outcomes.push_back(std::move(outcome));
  return outcomes;
}

struct kept {
  std::vector<recorded_event> log;
  std::vector<command_outcome> outcomes;
  std::vector<held_value> values;
  bool operator==(const kept&) const = default;
};

kept contents(event_store& store) {
  auto reader = store.open_reader().value();
  return {whole_log(store), reader->list_outcomes(0, 1000).value().outcomes,
          reader->list_values({}, 1000).value()};
}

struct remote {
  std::unique_ptr<event_store> there = make_memory_store();
  std::shared_ptr<direct_line> line = std::make_shared<direct_line>(*there);
  std::unique_ptr<event_store> here = served::make_remote_store(line, open_mode::create);
};

} // namespace

TEST_CASE("whichever answer is lost, each group is stored once and its outcomes are told") {
  auto groups = sample_groups();
  remote uncut;
  auto expected = append_all(*uncut.there, groups);
  auto stored = contents(*uncut.there);
  for (auto how : losses)
    for (int nth = 1, lost = 1; lost == nth; ++nth) {
      remote store;
      store.line->lose_at(how, nth);
      INFO("loss " << static_cast<int>(how) << " at question " << nth);
      CHECK((append_all(*store.here, groups) == expected));
      lost += store.line->has_lost() ? 1 : 0;
      CHECK((contents(*store.there) == stored));
      CHECK((lost == nth + 1 || nth > static_cast<int>(groups.size())));
    }
}

TEST_CASE("however many answers are lost one after the other, each group is stored once") {
  auto groups = sample_groups();
  remote uncut;
  auto expected = append_all(*uncut.there, groups);
  auto stored = contents(*uncut.there);
  std::minstd_rand random{1};
  for (int i = 0; i < 200; ++i) {
    remote store;
    std::vector<append_outcome> outcomes;
    for (const auto& group : groups) {
      store.line->lose_at(losses[random() % losses.size()], 1 + static_cast<int>(random() % 3));
      for (auto& outcome : store.here->append(group))
        outcomes.push_back(std::move(outcome));
    }
    CHECK((outcomes == expected));
    CHECK((contents(*store.there) == stored));
  }
}

TEST_CASE("a read model that is replaced while the answer is lost is replaced once") {
  for (auto how : losses) {
    INFO("loss " << static_cast<int>(how));
    remote store;
    stored_model model{"balances", 1, 1, R"({"a":1})"};
    REQUIRE(store.here->save_model(model));
    model.model = R"({"a":2})";
    store.line->lose_at(how, 1);
    CHECK(store.here->replace_model(model).value() == 1);
    CHECK(store.here->replace_model(model).error().code == errc::model_replaced);
    auto found = store.here->open_reader().value()->load_model("balances").value();
    CHECK(found->generation == 1);
    CHECK(found->model == model.model);
  }
}

TEST_CASE("where nobody is reached any more, an append says whether it may have been stored") {
  remote store;
  auto request = sample_request("a-1", 0);
  store.line->break_off();
  auto why = append(*store.here, request).error();
  CHECK(why.code == errc::store_unavailable);
  CHECK_THAT(why.message, !Catch::Contains("may have been stored"));
}

TEST_CASE("when its time is over, an append looks no further for what was stored") {
  remote store;
  const std::array requests{sample_request("a-1", 0), sample_request("b-1", 0),
                            sample_request("c-1", 0)};
  store.line->lose_at(loss::answer_and_run, 1);
  store.line->give_up_after(2);
  for (const auto& outcome : store.here->append(requests)) {
    REQUIRE(outcome.has_error());
    CHECK(outcome.error().code == errc::store_unavailable);
    CHECK_THAT(outcome.error().message, Catch::Contains("may have been stored"));
  }
  CHECK(store.line->asked() == 2); // the append, and the first of the three
}

TEST_CASE("whatever keeps an append from being asked again, it is no refusal of it") {
  remote store;
  store.line->lose_at(loss::answer, 1);
  store.line->refuse_later({errc::layout_too_new, "another release"});
  auto why = append(*store.here, sample_request("a-1", 0)).error();
  CHECK(why.code == errc::store_unavailable);
  CHECK_THAT(why.message,
             Catch::Contains("another release") && Catch::Contains("may have been stored"));
}

TEST_CASE("a store elsewhere that was opened to be read writes nothing") {
  auto there = make_memory_store();
  auto line = std::make_shared<direct_line>(*there);
  auto here = served::make_remote_store(line, open_mode::read_only);
  CHECK(append(*here, sample_request("a-1", 0)).error().code == errc::store_read_only);
  CHECK(here->save_model({"balances", 1, 1, "{}"}).error().code == errc::store_read_only);
  CHECK(whole_log(*here).empty());
}

TEST_CASE("questions of random bytes are answered with an error, and nothing is stored") {
  auto there = make_memory_store();
  fill(*there, "a-1", 0, 3);
  auto reader = there->open_reader().value();
  auto leases = there->open_leases().value();
  std::minstd_rand random{7};
  for (int i = 0; i < 20'000; ++i) {
    served::byte_out out;
    auto what = static_cast<served::store_call>(
        random() % (static_cast<unsigned>(served::store_call::clock) + 1));
    out(what);
    auto question = out.take();
    for (auto left = random() % 60; left > 0; --left)
      question += static_cast<char>(random() % (i % 2 == 0 ? 256 : 3));
    REQUIRE(served::call_of(question) == what);
    if (served::is_reading(what))
      CHECK_FALSE(served::answer_reading(*reader, question).empty());
    else if (served::is_of_leases(what))
      CHECK_FALSE(served::answer_of_leases(*leases, question).empty());
    served::byte_in in{question};
    std::vector<append_request> requests;
    in(what, requests);
    CHECK(requests.size() <= question.size());
  }
  CHECK(whole_log(*there).size() == 3);
}
