// A domain with one mistake, chosen by a definition; without one it compiles.
#include <annals/domain.hpp>
#include <annals/messages/domain_list.hpp>

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

annals::registry registry() { return annals::domain<shop::basket, shop::totals, shop::renamed>{}; }
