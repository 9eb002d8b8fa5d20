#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>

#include <catch2/catch.hpp>

#include <algorithm>

namespace annals::conformance {

namespace {

// Whoever reads the log from a position on, and remembers how far it came.
class follower {
public:
  explicit follower(event_store& store, log_position passed = 0)
      : reader_{store.open_reader().value()}, passed_{passed} {}

  /// The streams of what is new, in the order of the log; empty where nothing is.
  std::vector<std::string> next(std::size_t limit = 100) {
    std::vector<std::string> found;
    for (const auto& event : reader_->read_log(passed_, limit).value()) {
      CHECK(event.position == passed_ + 1);
      passed_ = event.position;
      found.push_back(event.stream);
    }
    return found;
  }

  log_position passed() const noexcept { return passed_; }

private:
  std::unique_ptr<event_reader> reader_;
  log_position passed_;
};

using stream_names = std::vector<std::string>;

void check_log_followers(event_store& store) {
  SECTION("a follower has the events of all streams, as they come, each once") {
    follower all{store};
    CHECK(all.next().empty());
    fill(store, "a-1", 0, 1);
    CHECK(all.next() == stream_names{"a-1"});
    fill(store, "a-2", 0, 2);
    CHECK(all.next() == stream_names{"a-2", "a-2"});
    fill(store, "a-3", 0, 3);
    fill(store, "a-1", 1, 2);
    CHECK(all.next() == stream_names{"a-3", "a-3", "a-3", "a-1", "a-1"});
    CHECK(all.next().empty());
  }
  SECTION("a follower that begins late has what came before it, and what comes after") {
    fill(store, "a-1", 0, 1);
    fill(store, "a-2", 0, 2);
    follower late{store};
    CHECK(late.next() == stream_names{"a-1", "a-2", "a-2"});
    fill(store, "a-3", 0, 1);
    CHECK(late.next() == stream_names{"a-3"});
  }
  SECTION("a follower that begins at the end has nothing of what came before it") {
    fill(store, "a-1", 0, 3);
    follower fresh{store, store.open_reader().value()->last_position().value()};
    CHECK(fresh.next().empty());
    fill(store, "a-3", 0, 1);
    CHECK(fresh.next() == stream_names{"a-3"});
  }
  SECTION("a follower that comes back goes on where it was, in steps of any size") {
    fill(store, "a-1", 0, 1);
    fill(store, "a-2", 0, 1);
    log_position passed = 0;
    {
      follower first{store};
      CHECK(first.next(1) == stream_names{"a-1"});
      CHECK(first.next(1) == stream_names{"a-2"});
      passed = first.passed();
    }
    fill(store, "a-3", 0, 1);
    CHECK(follower{store, passed}.next() == stream_names{"a-3"});
    CHECK(follower{store}.next() == stream_names{"a-1", "a-2", "a-3"});
  }
  SECTION("followers keep out of each other's way, and one that ends ends no other") {
    fill(store, "a-1", 0, 2);
    follower one{store};
    {
      follower two{store};
      CHECK(two.next(1) == stream_names{"a-1"});
      CHECK(one.next() == stream_names{"a-1", "a-1"});
      CHECK(two.next() == stream_names{"a-1"});
    }
    fill(store, "a-1", 2, 1);
    CHECK(one.next() == stream_names{"a-1"});
  }
}

void check_stream_followers(event_store& store) {
  SECTION("a follower of a stream has its events as they come, and no others") {
    auto reader = store.open_reader().value();
    auto from = [&](stream_version version) {
      return versions(reader->read_stream("a-1", {.from = version}).value());
    };
    fill(store, "a-2", 0, 2);
    CHECK(from(1).empty());
    fill(store, "a-1", 0, 1);
    CHECK(from(1) == std::vector<stream_version>{1});
    fill(store, "a-1", 1, 2);
    fill(store, "a-3", 0, 3);
    CHECK(from(2) == std::vector<stream_version>{2, 3});
    fill(store, "a-1", 3, 3);
    CHECK(from(4) == std::vector<stream_version>{4, 5, 6});
    CHECK(from(7).empty());
  }
  SECTION("a stream is read in steps of two as it is at once") {
    auto request = sample_request("a-1", 0, 10);
    append(store, request).value();
    auto reader = store.open_reader().value();
    std::vector<recorded_event> read;
    for (;;) {
      auto step = reader->read_stream("a-1", {.from = read.size() + 1, .limit = 2}).value();
      if (step.empty())
        break;
      std::ranges::move(step, std::back_inserter(read));
    }
    CHECK(read == recorded(request, 1));
  }
}

// Only what is stored has a position: what was refused is no hole that a reader must get over.
void check_gaps(event_store& store) {
  SECTION("what was refused leaves no gap, and a page of the log has as many events as it may") {
    std::vector<append_request> requests;
    for (int i = 0; i < 10; ++i)
      requests.push_back(sample_request("a-" + std::to_string(i), i >= 1 && i <= 5 ? 7 : 0));
    (void)store.append(requests);
    CHECK(follower{store}.next(5).size() == 5);
  }
  SECTION("events far apart in the log are found page by page by their correlation id") {
    auto id = make_id();
    std::vector<log_position> wanted;
    for (int i = 0; i < 5; ++i) {
      fill(store, "between-" + std::to_string(i), 0, 400);
      auto request = sample_request("a-1", static_cast<stream_version>(i));
      request.events[0].correlation_id = id;
      wanted.push_back(append(store, request).value().position);
    }
    auto reader = store.open_reader().value();
    CHECK(positions(reader->find_by_correlation(id, 0, 100).value()) == wanted);
    std::vector<log_position> paged;
    for (log_position after = 0;; after = paged.back()) {
      auto page = positions(reader->find_by_correlation(id, after, 2).value());
      if (page.empty())
        break;
      paged.insert(paged.end(), page.begin(), page.end());
    }
    CHECK(paged == wanted);
  }
}

} // namespace

void check_following(const store_place& place) {
  auto store = place.open();
  check_log_followers(*store);
  check_stream_followers(*store);
  check_gaps(*store);
}

} // namespace annals::conformance
