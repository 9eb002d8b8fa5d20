// A served store whose server hangs or is another one now, and the room for what is asked of it.

#include "tests/actors/served/cutting_proxy.hpp"
#include "tests/actors/served/serving_stage.hpp"

#include <annals/actors/served/served_line.hpp>
#include <annals/persistence/memory/memory_store.hpp>
#include <annals/persistence/served/remote_store.hpp>
#include <annals/persistence/served/store_protocol.hpp>

#include "tests/comes_true.hpp"
#include "tests/conformance/samples.hpp"
#include "tests/printing.hpp"

#include <caf/scoped_actor.hpp>

#include <catch2/catch.hpp>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

TEST_CASE("whoever reads at several nodes passes over one that hangs, after its lease time") {
  serving_stage one{make_memory_store()};
  serving_stage two{make_memory_store()};
  fill(one.store(), "a-1", 0, 1);
  fill(two.store(), "a-1", 0, 2);
  cutting_proxy proxy{one.port()};
  served_store_settings settings;
  settings.addresses->give({{"127.0.0.1", proxy.port()}, {"127.0.0.1", two.port()}});
  settings.silence = 300ms;
  settings.writes = false;
  auto store = served::make_remote_store(open_line(settings).value(), open_mode::read_only);
  auto reader = store->open_reader().value();
  CHECK(reader->last_position().value() == 1);
  proxy.hang();
  auto begin = std::chrono::steady_clock::now();
  CHECK(reader->last_position().value() == 2);
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
}

TEST_CASE(
    "what stands in a server's place once it was reached refuses nothing that is asked of it") {
  auto serving = std::make_unique<serving_stage>(make_memory_store());
  const auto port = serving->port();
  auto store = open_any_store(serving->url("?give_up=1000&connect_timeout=500")).value();
  fill(*store, "a-1", 0, 1);
  serving.reset();
  serving_stage elsewhere{make_memory_store()};
  auto& system = elsewhere.system();
  auto gateway = spawn_gateway(system, dispatcher_actor{}, forwarder_actor{}, "x", nullptr);
  auto connector = spawn_connector(system, {});
  REQUIRE(publish_gateway(system, connector, gateway, {"127.0.0.1", port}));
  leave_system();
  failure why;
  CHECK(comes_true([&] {
    why = annals::tests::append(*store, sample_request("a-1", 1)).error();
    return why.message.find("serves no store") != why.message.npos;
  }));
  CHECK(why.code == errc::store_unavailable);
  end_gateway(gateway);
  caf::anon_send_exit(connector, caf::exit_reason::user_shutdown);
}

TEST_CASE(
    "a gateway that has ended says that its node is stopping, and not that it serves nothing") {
  serving_stage serving{make_memory_store()};
  auto gateway = spawn_gateway(serving.system(), dispatcher_actor{}, forwarder_actor{}, "x",
                               caf::actor_cast<caf::strong_actor_ptr>(serving.gateway()));
  end_gateway(gateway);
  caf::scoped_actor self{serving.system()};
  self->request(gateway, 10s, greet_atom::value, std::uint64_t{served::protocol_version}, true)
      .receive([](std::uint64_t, const std::string&) { FAIL("it greets"); },
               [](const caf::error& why) { CHECK(to_failure(why).code == errc::stopping); });
}

TEST_CASE("questions that nobody ends keep no small one out, and the others for a moment only") {
  serving_stage serving{make_memory_store(), 0, 2U << 20};
  auto store = open_any_store(serving.url()).value();
  auto reader = store->open_reader().value();
  caf::scoped_actor self{serving.system()};
  bool is_full = false;
  for (char channel = 'a'; !is_full && channel <= 'z'; ++channel)
    self->request(serving.gateway(), 10s, piece_atom::value, std::string(16, channel),
                  std::uint64_t{1}, std::uint64_t{0}, false, std::string(longest_piece, 'x'))
        .receive(
            [](std::uint64_t, const std::string&) {},
            [&](const caf::error& why) { is_full = to_failure(why).code == errc::overloaded; });
  REQUIRE(is_full);
  for (stream_version version = 0; version < 10; ++version)
    fill(*store, "a-1", version, 1);
  CHECK(store->open_leases().value()->list("").has_value());
  auto large = sample_request("b-1", 0);
  large.events[0].payload = '"' + std::string(1U << 20, 'x') + '"';
  CHECK(comes_true([&] { return annals::tests::append(*store, large).has_value(); }));
  CHECK(reader->last_position().value() == 11);
}
