// A served store whose connections break, whose server is started anew, and that strangers talk to.

#include "tests/actors/served/cutting_proxy.hpp"
#include "tests/actors/served/serving_stage.hpp"

#include <annals/persistence/memory/memory_store.hpp>
#include <annals/persistence/served/store_protocol.hpp>

#include "tests/comes_true.hpp"
#include "tests/conformance/samples.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/printing.hpp"

#include <caf/scoped_actor.hpp>

#include <catch2/catch.hpp>

#include <future>
#include <random>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

// Appends one event after the other to a stream of its own, each once; how many had an outcome
// other than that it was stored where it belongs.
std::size_t append_one_by_one(event_store& store, const std::string& stream, std::size_t count,
                              std::atomic<std::size_t>& done) {
  std::size_t mistakes = 0;
  for (stream_version version = 0; version < count; ++version) {
    auto outcome = store.append(std::array{sample_request(stream, version)}).front();
    mistakes += !outcome || outcome->version != version + 1;
    ++done;
  }
  return mistakes;
}

// The log has the events of each stream once, in order.
void check_log(event_store& store, std::size_t streams, std::size_t count) {
  auto log = whole_log(store);
  CHECK(log.size() == streams * count);
  std::map<std::string, stream_version> versions;
  for (const auto& event : log)
    CHECK(event.version == ++versions[event.stream]);
  CHECK(versions.size() == streams);
}

failure failure_of_opening(const std::string& url) {
  auto opened = open_any_store(url);
  REQUIRE(opened.has_error());
  return opened.error();
}

} // namespace

TEST_CASE(
    "while connections are cut, whatever is appended is stored once, and its writer told so") {
  temporary_folder folder;
  serving_stage serving{open_store(folder.file("a.db")).value()};
  cutting_proxy proxy{serving.port()};
  const auto url = "annals://127.0.0.1:" + std::to_string(proxy.port());
  constexpr std::size_t count = 150;
  std::vector<std::unique_ptr<event_store>> stores;
  for (int i = 0; i < 3; ++i)
    stores.push_back(open_any_store(url).value());
  std::atomic<std::size_t> done = 0;
  std::vector<std::future<std::size_t>> writers;
  for (std::size_t i = 0; i < stores.size(); ++i)
    writers.push_back(std::async(std::launch::async, [&, i] {
      return append_one_by_one(*stores[i], "a-" + std::to_string(i), count, done);
    }));
  std::minstd_rand random{3};
  int cuts = 0;
  for (std::size_t before = 0; done < stores.size() * count; before = done) {
    // Each has got on since the last cut, so that all come to their end.
    if (!comes_true([&] { return done > before + random() % 20 || done == stores.size() * count; }))
      FAIL("nobody gets on after cut " << cuts);
    proxy.cut();
    ++cuts;
  }
  for (auto& writer : writers)
    CHECK(writer.get() == 0);
  CHECK(cuts > 10);
  check_log(serving.store(), stores.size(), count);
}

TEST_CASE("a server that is started anew, again and again, is only a pause for those who append") {
  temporary_folder folder;
  auto open = [&] { return open_store(folder.file("a.db")).value(); };
  auto serving = std::make_unique<serving_stage>(open());
  const auto port = serving->port();
  auto store = open_any_store(serving->url()).value();
  auto reader = store->open_reader().value();
  constexpr std::size_t count = 400;
  std::atomic<std::size_t> done = 0;
  auto writer =
      std::async(std::launch::async, [&] { return append_one_by_one(*store, "a-1", count, done); });
  for (std::size_t before = 0; done + 20 < count; before = done) {
    REQUIRE(comes_true([&] { return done > before + 10; }));
    serving.reset();
    serving = std::make_unique<serving_stage>(open(), port);
    CHECK(reader->version_of("a-1").value() >= before);
  }
  CHECK(writer.get() == 0);
  check_log(*store, 1, count);
}

TEST_CASE("when a server does not come back, calls fail when their time is over, and say where") {
  auto serving = std::make_unique<serving_stage>(make_memory_store());
  const auto url = serving->url("?give_up=700&connect_timeout=200");
  auto store = open_any_store(url).value();
  auto reader = store->open_reader().value();
  fill(*store, "a-1", 0, 1);
  serving.reset();
  auto begin = std::chrono::steady_clock::now();
  for (const auto& why : {annals::tests::append(*store, sample_request("a-1", 1)).error(),
                          reader->last_position().error(), store->drop_snapshots("").error()}) {
    CHECK(why.code == errc::store_unavailable);
    CHECK_THAT(why.message,
               Catch::Contains("annals://127.0.0.1:") && Catch::Contains("--serve-store"));
  }
  auto took = std::chrono::steady_clock::now() - begin;
  CHECK(took >= 3 * 650ms);
  CHECK(took < 10s);
}

TEST_CASE("those who share a served store hear at once when another one has appended") {
  serving_stage serving{make_memory_store()};
  auto one = open_any_store(serving.url()).value();
  auto two = open_any_store(serving.url()).value();
  std::atomic<log_position> heard = 0;
  auto watch = one->watch_growth([&](log_position position) { heard = position; }).value();
  for (stream_version version = 0; version < 20; ++version) {
    fill(*two, "a-1", version, 1);
    CHECK(comes_true([&] { return heard == version + 1; }));
  }
  watch.reset();
  fill(*two, "a-1", 20, 1);
  CHECK(heard == 20);
}

TEST_CASE("what cannot be opened is refused with an error that says what is wrong") {
  CHECK(failure_of_opening("annals://127.0.0.1").code == errc::invalid_argument);
  CHECK(failure_of_opening("annals://127.0.0.1:0").code == errc::invalid_argument);
  CHECK(failure_of_opening("annals://127.0.0.1:7?give_up=never").code == errc::invalid_argument);
  CHECK_THAT(failure_of_opening("annals://127.0.0.1:7?password=x").message,
             Catch::Contains("'password'"));
  CHECK(failure_of_opening("annals://127.0.0.1:7?certificate=none").code == errc::invalid_argument);
  auto nobody = failure_of_opening("annals://127.0.0.1:1?connect_timeout=100");
  CHECK(nobody.code == errc::store_unavailable);
  CHECK_THAT(nobody.message, Catch::Contains("annals://127.0.0.1:1 "));
  CHECK_THAT(open_store("annals://127.0.0.1:1").error().message, Catch::Contains("open_any_store"));
}

TEST_CASE("a node that serves no store, or one of another release, is told from one that does") {
  serving_stage serving{make_memory_store()};
  auto& system = serving.system();
  std::vector<caf::actor> all;
  std::vector<gateway_actor> gateways;
  auto publish = [&](const caf::strong_actor_ptr& host) {
    auto gateway = spawn_gateway(system, dispatcher_actor{}, forwarder_actor{}, "x", host);
    auto connector = spawn_connector(system, {});
    gateways.push_back(gateway);
    all.push_back(caf::actor_cast<caf::actor>(connector));
    auto port = publish_gateway(system, connector, gateway, {"127.0.0.1", 0}).value();
    leave_system();
    return "annals://127.0.0.1:" + std::to_string(port) + "?connect_timeout=1000";
  };
  auto none = failure_of_opening(publish(nullptr));
  CHECK(none.code == errc::invalid_argument);
  CHECK_THAT(none.message, Catch::Contains("serves no store"));
  using newer_actor = caf::typed_actor<
      caf::replies_to<greet_atom, std::uint64_t, bool>::with<std::uint64_t, std::string>>;
  auto newer = system.spawn([]() -> newer_actor::behavior_type {
    return {[](greet_atom, std::uint64_t, bool) -> caf::result<std::uint64_t, std::string> {
      return {served::protocol_version + 1, std::string{"a run"}};
    }};
  });
  auto other = failure_of_opening(publish(caf::actor_cast<caf::strong_actor_ptr>(newer)));
  CHECK(other.code == errc::layout_too_new);
  CHECK_THAT(other.message, Catch::Contains("version 2"));
  all.push_back(caf::actor_cast<caf::actor>(newer));
  for (const auto& one : gateways)
    end_gateway(one);
  for (const auto& one : all)
    caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
}

TEST_CASE("what the server's store refuses comes with its code, and with where it is") {
  temporary_folder folder;
  open_store(folder.file("a.db")).value();
  serving_stage serving{open_store(folder.file("a.db"), {.mode = open_mode::read_only}).value()};
  auto store = open_any_store(serving.url()).value();
  auto refused = annals::tests::append(*store, sample_request("a-1", 0)).error();
  CHECK(refused.code == errc::store_read_only);
  CHECK_THAT(refused.message,
             Catch::Contains(folder.file("a.db")) && Catch::Contains(serving.url()));
  CHECK(store->save_model({"balances", 1, 1, "{}"}).error().code == errc::store_read_only);
  CHECK(whole_log(*store).empty());
}

TEST_CASE("a question that is larger than there is room for is refused, and the next one is not") {
  serving_stage serving{make_memory_store(), 0, 2U << 20};
  auto store = open_any_store(serving.url()).value();
  auto large = sample_request("a-1", 0);
  large.events[0].payload = '"' + std::string(3U << 20, 'x') + '"';
  CHECK(annals::tests::append(*store, large).error().code == errc::overloaded);
  for (stream_version version = 0; version < 10; ++version)
    fill(*store, "a-1", version, 1);
}

TEST_CASE("pieces that fit nowhere are refused, and do no harm") {
  serving_stage serving{make_memory_store()};
  caf::scoped_actor self{serving.system()};
  std::minstd_rand random{5};
  auto number = [&](std::uint64_t below) { return std::uint64_t{random() % below}; };
  std::size_t refused = 0;
  auto refuse = [&](const caf::error&) { ++refused; };
  for (int i = 0; i < 3000; ++i) {
    std::string channel(i % 3 == 0 ? number(40) : 16, static_cast<char>('a' + number(3)));
    std::string noise(number(30), '\0');
    for (auto& c : noise)
      c = static_cast<char>(number(i % 2 == 0 ? 256 : 4));
    if (i % 4 == 0)
      self->request(serving.gateway(), 10s, more_atom::value, channel, number(5), number(50))
          .receive([](std::uint64_t, const std::string&) {}, refuse);
    else
      self->request(serving.gateway(), 10s, piece_atom::value, channel, number(5), number(3) * 7,
                    number(2) == 0, noise)
          .receive([](std::uint64_t, const std::string&) {}, refuse);
  }
  self->request(serving.gateway(), 10s, piece_atom::value, std::string(16, 'z'), std::uint64_t{1},
                std::uint64_t{0}, true, std::string(longest_piece + 1, 'x'))
      .receive([](std::uint64_t, const std::string&) {}, refuse);
  self->send(serving.gateway(), follow_atom::value, caf::strong_actor_ptr{}, std::uint64_t{0});
  self->send_exit(serving.gateway(), caf::exit_reason::kill);
  CHECK(refused > 500);
  auto store = open_any_store(serving.url()).value();
  fill(*store, "a-1", 0, 3);
  CHECK(whole_log(*store).size() == 3);
}
