#include <annals/tools/store_copier.hpp>

#include "tests/conformance/samples.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"
#if ANNALS_WITH_POSTGRES
#include "tests/persistence/postgres_server.hpp"
#endif

#include <annals/persistence/open_store.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <future>

using namespace annals;
using namespace annals::tests;
using tools::store_copier;

namespace {

struct opened {
  explicit opened(const std::string& url)
      : store{open_store(url).value()}, reader{store->open_reader().value()} {}

  std::unique_ptr<event_store> store;
  std::unique_ptr<event_reader> reader;
};

// A store of each kind that outlives its object.
class kinds {
public:
  std::vector<std::string> urls(const std::string& name) {
    std::vector<std::string> all{"sqlite:" + folder_.file(name)};
#if ANNALS_WITH_POSTGRES
    all.push_back(server_.store_url(name));
#endif
    return all;
  }

private:
  temporary_folder folder_;
#if ANNALS_WITH_POSTGRES
  postgres_server server_;
#endif
};

// Everything that a store has, but for its snapshots.
struct contents {
  explicit contents(opened& of)
      : log{whole_log(*of.store)},
        outcomes{of.reader->list_outcomes(0, 1'000'000).value().outcomes},
        values{of.reader->list_values({}, 1'000'000).value()} {
    for (const auto& listed : of.reader->list_models().value())
      models.push_back(of.reader->load_model(listed.projection).value().value());
  }

  bool operator==(const contents&) const = default;

  std::vector<recorded_event> log;
  std::vector<command_outcome> outcomes;
  std::vector<held_value> values;
  std::vector<stored_model> models;
};

// Events of one and of several streams in an append, with all that stands beside a log.
void write_some(event_store& store, const std::string& name) {
  fill(store, name, 0, 3);
  auto joint = sample_request(name, 3, 2);
  joint.extras.parts = {sample_part(name + "-part", 0, 2)};
  auto accepted = sample_outcome(name);
  accepted.command_id = joint.events.front().causation_id;
  accepted.why.reset();
  accepted.events = 4;
  joint.extras.outcomes = {accepted};
  append(store, joint).value();
  append(store, with_outcome(sample_outcome(name), 5)).value();
  append(store, taking(name, name + "@example.com", 5)).value();
  append(store, taking(name, name + "@example.org", 5)).value();
  auto end = store.open_reader().value()->last_position().value();
  store.save_model({"balances of " + name, end, 2, R"({"cents":7})"}).value();
}

void copy(opened& from, opened& to) {
  store_copier copier{*from.reader, *to.store, *to.reader};
  auto begun = copier.begin();
  REQUIRE(begun.has_value());
  auto finished = copier.finish();
  INFO((finished ? "" : finished.error().message));
  REQUIRE(finished.has_value());
}

} // namespace

TEST_CASE("a store of any kind is copied to one of any kind, with all that stands beside its log") {
  kinds all;
  auto sources = all.urls("from");
  for (std::size_t i = 0; i < sources.size(); ++i) {
    opened from{sources[i]};
    write_some(*from.store, "a-1");
    for (const auto& url : all.urls("to" + std::to_string(i))) {
      opened to{url};
      copy(from, to);
      CHECK((contents{from} == contents{to}));
      write_some(*from.store, "b-" + std::to_string(i) + std::to_string(url.size()));
      append(*from.store, releasing("a-1", "a-1@example.org", 5)).value();
      auto model = from.reader->load_model("balances of a-1").value().value();
      model.notes = R"({"parked":[7]})";
      from.store->replace_model(model).value();
      copy(from, to);
      CHECK((contents{from} == contents{to}));
    }
  }
}

TEST_CASE("a copy has all unique values, however many, and none that was given back") {
  kinds all;
  opened from{all.urls("from").front()};
  std::vector<held_value> taken;
  for (int i = 0; i < 2'500; ++i)
    taken.push_back({"emails", std::to_string(100'000 + i), "a-1"});
  REQUIRE(from.store->take_over({}, taken));
  for (const auto& url : all.urls("to")) {
    opened to{url};
    copy(from, to);
    CHECK((contents{from} == contents{to}));
    auto freed = taken.back();
    freed.stream.clear();
    taken.pop_back();
    REQUIRE(from.store->take_over({}, std::span{&freed, 1}));
    copy(from, to);
    CHECK((contents{from} == contents{to}));
  }
}

TEST_CASE("a read model that is gone is gone from the copy as well") {
  temporary_folder folder;
  opened from{folder.file("from.db")};
  opened to{folder.file("to.db")};
  write_some(*from.store, "a-1");
  REQUIRE(from.store->save_model({"balances@rebuild.1of1", 2, 1, "{}"}));
  copy(from, to);
  REQUIRE(from.store->remove_models(std::vector<std::string>{"balances@rebuild.1of1"}));
  copy(from, to);
  CHECK((contents{from} == contents{to}));
}

TEST_CASE("what was answered and what was taken stays so in the copy") {
  kinds all;
  opened from{all.urls("from").front()};
  write_some(*from.store, "a-1");
  auto outcomes = from.reader->list_outcomes(0, 10).value().outcomes;
  for (const auto& url : all.urls("to")) {
    opened to{url};
    copy(from, to);
    for (const auto& outcome : outcomes) {
      CHECK((to.reader->find_outcome("a-1", outcome.command_id).value() == outcome));
      CHECK(append(*to.store, with_outcome(outcome, 5)).error().code == errc::version_conflict);
    }
    CHECK(append(*to.store, taking("a-2", "a-1@example.com")).error().code == errc::already_taken);
    CHECK(fill(*to.store, "a-1", 5, 1).version == 6);
  }
}

TEST_CASE("a store is copied while it is written to; when the writing ends the copy is whole") {
  kinds all;
  auto sources = all.urls("from");
  auto targets = all.urls("to");
  for (std::size_t i = 0; i < sources.size(); ++i) {
    opened from{sources[i]};
    opened to{targets[sources.size() - 1 - i]};
    auto other = from.store->open_reader().value();
    store_copier copier{*other, *to.store, *to.reader};
    REQUIRE(copier.begin().has_value());
    std::atomic<bool> stop = false;
    auto writing = std::async(std::launch::async, [&] {
      for (int n = 0; !stop; ++n)
        write_some(*from.store, "a-" + std::to_string(n));
    });
    while (copier.events() < 500) {
      auto copied = copier.copy_events();
      INFO((copied ? "" : copied.error().message));
      REQUIRE(copied.has_value());
    }
    REQUIRE(copier.finish()
                .has_value()); // beside the writer: good for all that was copied, and not the end
    stop = true;
    writing.get();
    REQUIRE(copier.finish().has_value());
    CHECK((contents{from} == contents{to}));
  }
}

TEST_CASE("a store is not copied over another one's log, nor beside another writer") {
  temporary_folder folder;
  opened from{folder.file("from.db")};
  opened to{folder.file("to.db")};
  fill(*from.store, "a-1", 0, 3);
  fill(*to.store, "a-1", 0, 2);
  auto refused = store_copier{*from.reader, *to.store, *to.reader}.begin();
  REQUIRE(refused.has_error());
  CHECK(refused.error().code == "version_conflict");
  CHECK_THAT(refused.error().message, Catch::Contains("copy to a new store"));

  opened fresh{folder.file("fresh.db")};
  store_copier copier{*from.reader, *fresh.store, *fresh.reader};
  REQUIRE(copier.begin().has_value());
  fill(*fresh.store, "b-1", 0, 1);
  auto disturbed = copier.copy_events();
  REQUIRE(disturbed.has_error());
  CHECK_THAT(disturbed.error().message, Catch::Contains("another program has written"));

  opened longer{folder.file("longer.db")};
  copy(from, longer);
  fill(*longer.store, "a-1", 3, 1);
  CHECK(store_copier{*from.reader, *longer.store, *longer.reader}.begin().has_error());
}
