// A domain with one mistake, chosen by a definition; without one it compiles.
#include <annals/domain.hpp>
#include <annals/messages/domain_list.hpp>
#include <annals/messages/process_manager.hpp>

namespace shop {

struct order {
  std::int64_t pieces = 0;
};
#ifndef UNDESCRIBED_COMMAND
BOOST_DESCRIBE_STRUCT(order, (), (pieces))
#endif

struct ordered {
#ifndef UNNAMED_EVENT
  static constexpr annals::event_name name{"shop.ordered"};
#endif
  std::int64_t pieces = 0;
};
BOOST_DESCRIBE_STRUCT(ordered, (), (pieces))

struct basket {
  static constexpr annals::aggregate_name name{"shop.basket"};
  using commands = annals::commands<order>;
#ifdef UNLISTED_EVENT
  using events = annals::events<>;
#else
  using events = annals::events<ordered>;
#endif
  std::int64_t pieces = 0;
};
BOOST_DESCRIBE_STRUCT(basket, (), (pieces))

#ifndef MISSING_DECIDE
inline annals::decision<ordered> decide(const basket&, const order& command) {
  return ordered{command.pieces};
}
#endif

#ifndef MISSING_EVOLVE
inline basket evolve(basket self, const ordered& event) {
  self.pieces += event.pieces;
  return self;
}
#endif

struct totals {
  static constexpr annals::projection_name name{"shop.totals"};
#ifdef MISSING_LISTED_PROJECT
  using events = annals::events<ordered>;
#endif
  std::int64_t pieces = 0;
};
BOOST_DESCRIBE_STRUCT(totals, (), (pieces))

#if !defined(MISSING_PROJECT) && !defined(MISSING_LISTED_PROJECT)
inline void project(totals& model, const annals::recorded<ordered>& event) {
  model.pieces += event->pieces;
}
#endif

#if !defined(UNDESCRIBED_COMMAND) && !defined(UNNAMED_EVENT)
struct reminder {};
BOOST_DESCRIBE_STRUCT(reminder, (), ())

struct delivery {
  static constexpr annals::process_manager_name name{"shop.delivery"};
  using timers = annals::timers<reminder>;
#ifdef MISSING_LISTED_REACT
  using events = annals::events<ordered>;
#endif
};
BOOST_DESCRIBE_STRUCT(delivery, (), ())

#if !defined(MISSING_REACTION) && !defined(MISSING_LISTED_REACT)
inline annals::reaction react(delivery&, const annals::recorded<ordered>& event) {
  return annals::to<basket>(event.id, order{event->pieces});
}
#endif
#ifndef MISSING_DUE_REACT
inline annals::reaction react(delivery&, const annals::due<reminder>&) { return {}; }
#endif
#endif

struct renamed {
#ifndef UPCASTER_WITHOUT_FROM
  static constexpr annals::event_name from{"shop.bought"};
#endif
#ifndef UPCASTER_WITHOUT_UPCAST
  static annals::upcasted upcast(boost::json::object old) {
    return annals::upcast_to(annals::event_name{"shop.ordered"}, std::move(old));
  }
#endif
};

} // namespace shop

// The process manager sends a command of the basket: what the basket lacks would show up twice.
#if defined(UNDESCRIBED_COMMAND) || defined(UNNAMED_EVENT)
using domain = annals::domain<shop::basket, shop::totals, shop::renamed>;
#else
using domain = annals::domain<shop::basket, shop::totals, shop::delivery, shop::renamed>;
#endif

annals::registry registry() { return domain{}; }
