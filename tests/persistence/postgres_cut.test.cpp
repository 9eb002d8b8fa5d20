#include <annals/persistence/open_store.hpp>

#include "tests/conformance/samples.hpp"
#include "tests/persistence/loopback_proxy.hpp"
#include "tests/persistence/postgres_server.hpp"
#include "tests/persistence/raw_session.hpp"
#include "tests/printing.hpp"

#include <catch2/catch.hpp>

using namespace annals;
using namespace annals::tests;

namespace {

using cut = loopback_proxy::cut;

// Groups that take every way through the adapter, with the same ids each time they are appended.
std::vector<std::vector<append_request>> sample_groups() {
  auto with_parts = sample_request("a-1", 3, 1);
  with_parts.extras.parts = {sample_part("b-1", 0, 2), sample_part("c-1", 0, 0)};
  auto outcome = sample_outcome("a-1");
  auto accepted = sample_outcome("a-2");
  accepted.why.reset();
  accepted.events = 1;
  auto with_accepted = sample_request("a-2", 1, 1);
  with_accepted.extras.outcomes = {accepted};
  return {
      {sample_request("a-1", 0, 2), sample_request("a-2", 0, 1)},
      {sample_request("a-1", 2, 1), sample_request("d-1", 0, 1)},
      {with_parts, sample_request("d-1", 7, 1)},
      {with_outcome(outcome, 4), with_accepted},
      {with_outcome(sample_outcome("e-1"))},
      {taking("a-1", "ann", 4), taking("a-2", "ann", 2), taking("a-2", "bob", 2)},
      {releasing("a-1", "ann", 4), taking("a-3", "ann")},
      {sample_request("a-1", 4, 1)},
  };
}

std::vector<append_outcome> append_all(event_store& store,
                                       const std::vector<std::vector<append_request>>& groups) {
  std::vector<append_outcome> outcomes;
  for (const auto& group : groups)
    for (auto& outcome : store.append(group))
      outcomes.push_back(std::move(outcome));
  return outcomes;
}

// So that each statement is prepared: the cuts are to fall on the groups themselves.
std::vector<std::vector<append_request>> first_groups() {
  return {{sample_request("w-1", 0, 1)},
          {taking("w-1", "wes", 1), taking("w-1", "wim", 1)},
          {releasing("w-1", "wes", 1), with_outcome(sample_outcome("w-1"), 1)}};
}

// All that a store holds, as text.
std::string contents(const std::string& url, const std::string& schema) {
  auto all = [&](const std::string& table, const std::string& order) {
    return run_sql(url, "SELECT string_agg(t::text, E'\\n' ORDER BY " + order + ") FROM " + schema
                            + '.' + table + " t");
  };
  return all("events", "position") + '\n' + all("streams", "id") + '\n' + all("outcomes", "id")
         + '\n' + all("reservations", "in_set, value");
}

} // namespace

TEST_CASE("wherever the connection is cut, each group is stored once and its outcomes are told") {
  postgres_server server;
  loopback_proxy proxy{server.port()};
  auto before = first_groups();
  auto groups = sample_groups();
  auto uncut = open_store(server.store_url("uncut")).value();
  append_all(*uncut, before);
  auto expected = append_all(*uncut, groups);
  auto kept = contents(server.url(), "uncut");
  auto url = "postgresql://postgres@127.0.0.1:" + std::to_string(proxy.port())
             + "/postgres?sslmode=disable&gssencmode=disable&annals_schema=cut";
  for (auto how : {cut::before_request, cut::before_answer, cut::request_late})
    for (int nth = 1, cuts = 1; cuts == nth; ++nth) {
      auto store = open_store(url).value();
      append_all(*store, before);
      proxy.cut_at(how, nth);
      INFO("cut " << static_cast<int>(how) << " at request " << nth);
      CHECK((append_all(*store, groups) == expected));
      cuts += proxy.has_cut() ? 1 : 0;
      CHECK(contents(server.url(), "cut") == kept);
      CHECK(whole_log(*store).size() == 11);
      CHECK((cuts == nth + 1 || nth > 10)); // the groups take more round trips than that
      run_sql(server.url(), "DELETE FROM cut.events; DELETE FROM cut.streams; "
                            "DELETE FROM cut.outcomes; DELETE FROM cut.reservations");
    }
}
