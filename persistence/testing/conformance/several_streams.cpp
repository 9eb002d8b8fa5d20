#include <annals/persistence/testing/conformance/chapters.hpp>
#include <annals/persistence/testing/conformance/printing.hpp>
#include <annals/persistence/testing/conformance/samples.hpp>

#include <catch2/catch.hpp>

namespace annals::conformance {

namespace {

append_request over(std::vector<stream_part> parts, std::size_t own = 1) {
  auto request = sample_request("a-1", 0, own);
  request.extras.parts = std::move(parts);
  return request;
}

void check_stored(event_store& store) {
  SECTION("the events of one append stand side by side: its own, then part by part") {
    fill(store, "b-1", 0, 1);
    auto request = over({sample_part("b-1", 1, 2), sample_part("c-1", 0, 1)}, 2);
    CHECK(append(store, request) == appended{2, 6});
    auto log = whole_log(store);
    REQUIRE(log.size() == 6);
    CHECK(std::vector(log.begin() + 1, log.begin() + 3) == recorded(request, 2));
    auto reader = store.open_reader().value();
    CHECK(positions(reader->read_stream("b-1").value()) == std::vector<log_position>{1, 4, 5});
    CHECK(versions(reader->read_stream("b-1").value()) == std::vector<stream_version>{1, 2, 3});
    CHECK(positions(reader->read_stream("c-1").value()) == std::vector<log_position>{6});
    CHECK(log[4].payload == request.extras.parts[0].events[1].payload);
    CHECK(fill(store, "b-1", 3, 1) == appended{4, 7});
  }
  SECTION("an append may have events only for other streams than its own") {
    CHECK(append(store, over({sample_part("b-1", 0, 2)}, 0)) == appended{0, 2});
    CHECK(store.open_reader().value()->list_streams("", 10).value()
          == std::vector<stream_info>{{"b-1", 2}});
  }
  SECTION("a part without events only has to be at its version, and a stream is not made for it") {
    fill(store, "b-1", 0, 2);
    CHECK(append(store, over({sample_part("b-1", 2, 0), sample_part("c-1", 0, 0)}))
          == appended{1, 3});
    CHECK(store.open_reader().value()->list_streams("", 10).value()
          == std::vector<stream_info>{{"a-1", 1}, {"b-1", 2}});
  }
}

void check_left_out(event_store& store) {
  SECTION("a part at another version leaves out the whole append, and only that") {
    fill(store, "b-1", 0, 2);
    for (auto part : {sample_part("b-1", 1, 1), sample_part("b-1", 3, 0), sample_part("c-1", 1, 1)})
      for (std::size_t own : {0U, 2U}) {
        auto request = over({sample_part("d-1", 0, 1), part}, own);
        request.extras.reservations.push_back({"bank.email", "ann@example.com"});
        request.extras.outcomes.push_back(sample_outcome("a-1"));
        auto before = whole_log(store);
        std::vector requests{sample_request("e-1", before.size() - 2), request,
                             sample_request("e-1", before.size() - 1)};
        auto outcomes = store.append(requests);
        CHECK(outcomes[0].has_value());
        REQUIRE(outcomes[1].has_error());
        CHECK(outcomes[1].error().code == errc::version_conflict);
        CHECK_THAT(outcomes[1].error().message, Catch::Contains(part.stream));
        CHECK(outcomes[2] == appended{before.size(), before.size() + 2});
      }
    auto reader = store.open_reader().value();
    CHECK(reader->version_of("a-1").value() == 0);
    CHECK(reader->version_of("d-1").value() == 0);
    CHECK_FALSE(reader->holder_of("bank.email", "ann@example.com").value().has_value());
    CHECK(reader->read_outcomes("a-1", {}, 10).value().empty());
  }
  SECTION("the request's own stream must be at its version even where it gets no events") {
    auto request = over({sample_part("b-1", 0, 1)}, 0);
    request.expected_version = 1;
    CHECK(append(store, request).error().code == errc::version_conflict);
    CHECK(whole_log(store).empty());
  }
  SECTION("a later append of the group sees the streams as the earlier one has left them") {
    std::vector requests{over({sample_part("b-1", 0, 2)}), over({sample_part("b-1", 2, 1)}),
                         sample_request("b-1", 2)};
    requests[1].expected_version = 1;
    auto outcomes = store.append(requests);
    CHECK(outcomes[0] == appended{1, 3});
    CHECK(outcomes[1] == appended{2, 5});
    CHECK(outcomes[2].error().code == errc::version_conflict);
  }
}

void check_refused(event_store& store) {
  auto refusal = [&](const append_request& request) {
    std::vector requests{request, sample_request("z-1", 0)};
    auto outcomes = store.append(requests);
    CHECK(outcomes[1] == appended{1, 1});
    REQUIRE(outcomes[0].has_error());
    CHECK(outcomes[0].error().code == errc::invalid_argument);
    return outcomes[0].error().message;
  };
  SECTION("an append that names a stream twice is refused") {
    CHECK_THAT(refusal(over({sample_part("b-1", 0), sample_part("a-1", 1)})),
               Catch::Contains("'a-1' twice"));
  }
  SECTION("an append with two parts for one stream is refused") {
    CHECK_THAT(refusal(over({sample_part("b-1", 0), sample_part("b-1", 1, 0)})),
               Catch::Contains("'b-1' twice"));
  }
  SECTION("a part without a name is refused") {
    CHECK_THAT(refusal(over({sample_part("", 0)})), Catch::Contains("no stream"));
  }
  SECTION("an append that only checks versions stores nothing and is refused") {
    CHECK_THAT(refusal(over({sample_part("b-1", 0, 0)}, 0)), Catch::Contains("stores nothing"));
  }
}

} // namespace

void check_several_streams(const store_place& place) {
  auto store = place.open();
  check_stored(*store);
  check_left_out(*store);
  check_refused(*store);
}

} // namespace annals::conformance
