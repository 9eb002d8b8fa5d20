// Tests of a domain by the kit with one mistake, chosen by a definition; without one it compiles.
#include <annals/testing.hpp>

namespace shop {

struct order {
  std::int64_t pieces = 0;
};
BOOST_DESCRIBE_STRUCT(order, (), (pieces))
struct refund {};
BOOST_DESCRIBE_STRUCT(refund, (), ())

struct ordered {
  static constexpr annals::event_name name{"shop.ordered"};
  std::int64_t pieces = 0;
};
BOOST_DESCRIBE_STRUCT(ordered, (), (pieces))
struct refunded {
  static constexpr annals::event_name name{"shop.refunded"};
};
BOOST_DESCRIBE_STRUCT(refunded, (), ())

struct basket {
  static constexpr annals::aggregate_name name{"shop.basket"};
  using commands = annals::commands<order>;
  using events = annals::events<ordered>;
  std::int64_t pieces = 0;
};
BOOST_DESCRIBE_STRUCT(basket, (), (pieces))
inline ordered decide(const basket&, const order& command) { return {command.pieces}; }
inline basket evolve(basket self, const ordered& event) { return {self.pieces + event.pieces}; }

struct totals {
  static constexpr annals::projection_name name{"shop.totals"};
  std::int64_t pieces = 0;
};
BOOST_DESCRIBE_STRUCT(totals, (), (pieces))
inline void project(totals& model, const annals::recorded<ordered>& event) {
  model.pieces += event->pieces;
}

struct delivery {
  static constexpr annals::process_manager_name name{"shop.delivery"};
};
BOOST_DESCRIBE_STRUCT(delivery, (), ())
inline annals::reaction react(delivery&, const annals::recorded<ordered>& event) {
  return annals::to<basket>(event.id, order{event->pieces});
}

} // namespace shop

using namespace annals::testing;
using namespace shop;

void test() {
#if defined(FOREIGN_GIVEN)
  (void)given<basket>(refunded{});
#elif defined(FOREIGN_WHEN)
  (void)given<basket>().when(refund{});
#elif defined(FOREIGN_THEN)
  given<basket>().when(order{1}).then(refunded{});
#elif defined(UNREAD_EVENT)
  (void)given_projection<totals>(from("a", refunded{}));
#elif defined(MISSING_REACT)
  (void)given_process<delivery>(from("a", refunded{}));
#else
  given<basket>(ordered{1}).when(order{1}).then(ordered{1}).then_state(basket{2});
  given_projection<totals>(from("a", ordered{1})).then(totals{1});
  given_process<delivery>().when(from("a", ordered{1})).then_commands(to<basket>("a", order{1}));
#endif
}
