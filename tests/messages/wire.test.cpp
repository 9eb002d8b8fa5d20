#include "tests/printing.hpp"

#include "tests/messages/wire_types.hpp"

#include <caf/all.hpp>
#include <caf/io/all.hpp>

#include <boost/process.hpp>

#include <catch2/catch.hpp>

#include <limits>

namespace {

struct deposit {
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(deposit, (), (cents))

struct account {
  static constexpr annals::aggregate_name name{"bank.account"};
};

wire::parcel sample() {
  wire::parcel parcel;
  parcel.number = std::numeric_limits<std::int64_t>::min();
  parcel.how = wire::weight::heavy;
  parcel.label = wire::sticker{"größe \"quoted\""};
  parcel.all = {{"a"}, {"b"}};
  parcel.contents = {{"x", 1}, {"y", 2}};
  parcel.extra = wire::sticker{"extra"};
  parcel.time = annals::now();
  parcel.took = std::chrono::milliseconds{1500};
  parcel.blob = {std::byte{0}, std::byte{255}};
  parcel.id = annals::make_id();
  return parcel;
}

} // namespace

TEST_CASE("described structs, commands, receipts and failures cross between processes") {
  boost::process::ipstream said;
  boost::process::child peer{ANNALS_WIRE_PEER, boost::process::std_out > said};
  std::uint16_t port = 0;
  REQUIRE(said >> port);

  wire::config config;
  caf::actor_system system{config};
  auto remote = system.middleman().remote_actor("127.0.0.1", port);
  REQUIRE(remote);
  caf::scoped_actor self{system};
  auto unexpected = [&](const caf::error& why) { FAIL(system.render(why)); };
  auto soon = std::chrono::seconds{30};

  self->request(*remote, soon, sample())
      .receive([](const wire::parcel& back) { CHECK(back.how == wire::weight::heavy); },
               unexpected);
  auto sent = sample();
  self->request(*remote, soon, sent)
      .receive([&](const wire::parcel& back) { CHECK(back == sent); }, unexpected);

  auto envelope = annals::command_for<account>("acc-1", deposit{100});
  self->request(*remote, soon, envelope)
      .receive(
          [](const annals::receipt& receipt) {
            CHECK(receipt == annals::receipt{R"(deposit {"cents":100} for acc-1)", 7, 8, 9, true});
          },
          unexpected);

  self->request(*remote, soon, std::string{"reject me"})
      .receive(
          [](const annals::receipt&) { FAIL("a rejection came as a receipt"); },
          [](const caf::error& why) {
            CHECK(annals::to_failure(why) == annals::failure{annals::errc::rejected, "not today"});
          });

  self->send(*remote, caf::ok_atom::value);
  peer.wait();
  CHECK(peer.exit_code() == 0);
}

TEST_CASE("an error's message is cut where it is longer than what goes between nodes") {
  auto told = [](std::string message) {
    return annals::to_failure(annals::make_error(annals::errc::rejected, std::move(message)))
        .message;
  };
  const std::string fits(64 << 10, 'x');
  CHECK(told(fits) == fits);
  CHECK(told(fits + "y") == fits + "…");
  // Never in the middle of a character.
  CHECK(told(fits.substr(1) + "ßß") == fits.substr(1) + "…");
}
