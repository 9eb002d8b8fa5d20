#pragma once

#include <annals/annals.hpp>

// The same shop several times: the second build has renamed a member of its event, with an
// upcaster; the third has one more command, and one more aggregate; the fourth has changed its
// event without another schema version.

namespace shop_commands {

struct sell {
  static constexpr annals::command_name name{"sell"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(sell, (), (cents))

} // namespace shop_commands

namespace shop_before {

using shop_commands::sell;

struct sold {
  static constexpr annals::event_name name{"shop.sold"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(sold, (), (cents))

struct till {
  static constexpr annals::aggregate_name name{"shop.till"};
  using commands = annals::commands<sell>;
  using events = annals::events<sold>;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(till, (), (cents))

inline sold decide(const till&, const sell& command) { return {command.cents}; }
inline till evolve(till self, const sold& event) { return {self.cents + event.cents}; }

using domain = annals::domain<till>;

} // namespace shop_before

namespace shop_after {

using shop_commands::sell;

struct sold {
  static constexpr annals::event_name name{"shop.sold", 2};
  std::int64_t price = 0;
};
BOOST_DESCRIBE_STRUCT(sold, (), (price))

struct till {
  static constexpr annals::aggregate_name name{"shop.till", 2};
  using commands = annals::commands<sell>;
  using events = annals::events<sold>;
  std::int64_t takings = 0;
};
BOOST_DESCRIBE_STRUCT(till, (), (takings))

inline sold decide(const till&, const sell& command) { return {command.cents}; }
inline till evolve(till self, const sold& event) { return {self.takings + event.price}; }

struct price_has_a_name {
  static constexpr annals::event_name from{"shop.sold", 1};
  static sold upcast(boost::json::object old) { return {old.at("cents").as_int64()}; }
};

using domain = annals::domain<till, price_has_a_name>;

} // namespace shop_after

namespace shop_wider {

using shop_before::sold;
using shop_commands::sell;

struct refund {
  static constexpr annals::command_name name{"refund"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(refund, (), (cents))

struct till {
  static constexpr annals::aggregate_name name{"shop.till"};
  using commands = annals::commands<sell, refund>;
  using events = annals::events<sold>;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(till, (), (cents))

inline sold decide(const till&, const sell& command) { return {command.cents}; }
inline sold decide(const till&, const refund& command) { return {-command.cents}; }
inline till evolve(till self, const sold& event) { return {self.cents + event.cents}; }

struct voucher_sold {
  static constexpr annals::event_name name{"shop.voucher_sold"};
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(voucher_sold, (), (cents))

struct voucher {
  static constexpr annals::aggregate_name name{"shop.voucher"};
  using commands = annals::commands<sell>;
  using events = annals::events<voucher_sold>;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(voucher, (), (cents))

inline voucher_sold decide(const voucher&, const sell& command) { return {command.cents}; }
inline voucher evolve(voucher self, const voucher_sold& event) {
  return {self.cents + event.cents};
}

using domain = annals::domain<till, voucher>;

} // namespace shop_wider

namespace shop_careless {

using shop_commands::sell;

struct sold {
  static constexpr annals::event_name name{"shop.sold"};
  std::string price;
};
BOOST_DESCRIBE_STRUCT(sold, (), (price))

struct till {
  static constexpr annals::aggregate_name name{"shop.till"};
  using commands = annals::commands<sell>;
  using events = annals::events<sold>;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(till, (), (cents))

inline sold decide(const till&, const sell& command) { return {std::to_string(command.cents)}; }
inline till evolve(till self, const sold& event) { return {self.cents + std::stoll(event.price)}; }

using domain = annals::domain<till>;

} // namespace shop_careless
