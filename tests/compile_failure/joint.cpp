// A joint command with one mistake, chosen by a definition; without one it compiles.
#include <annals/domain.hpp>
#include <annals/messages/domain_list.hpp>

namespace shop {

struct filled {
  static constexpr annals::event_name name{"shop.filled"};
  std::int64_t pieces = 0;
};
BOOST_DESCRIBE_STRUCT(filled, (), (pieces))
struct basket {
  static constexpr annals::aggregate_name name{"shop.basket"};
  using commands = annals::commands<>;
  using events = annals::events<filled>;
  std::int64_t pieces = 0;
};
BOOST_DESCRIBE_STRUCT(basket, (), (pieces))
inline basket evolve(basket self, const filled& event) { return {self.pieces + event.pieces}; }

struct shelf {
  static constexpr annals::aggregate_name name{"shop.shelf"};
  using commands = annals::commands<>;
  using events = annals::events<filled>;
  std::int64_t pieces = 0;
};
BOOST_DESCRIBE_STRUCT(shelf, (), (pieces))
inline shelf evolve(shelf self, const filled& event) { return {self.pieces + event.pieces}; }

struct take {
  std::string from;
  std::string to;
};
BOOST_DESCRIBE_STRUCT(take, (), (from, to))

#ifndef MISSING_PARTICIPANTS
inline annals::participants<shelf, basket> participants_of(const take& command) {
  return {command.from, command.to};
}
#endif

#if defined(WRONG_JOINT_DECISION)
inline annals::decision<filled> decide(const shelf&, const basket&, const take&) {
  return filled{1};
}
#elif defined(SWAPPED_JOINT_DECIDE)
inline annals::joint_decision<basket, shelf> decide(const basket&, const shelf&, const take&) {
  return {filled{1}, filled{-1}};
}
#elif !defined(MISSING_JOINT_DECIDE)
inline annals::joint_decision<shelf, basket> decide(const shelf&, const basket&, const take&) {
  return {filled{-1}, filled{1}};
}
#endif

} // namespace shop

#ifdef FOREIGN_PARTICIPANT
annals::registry registry() { return annals::domain<shop::basket, shop::take>{}; }
#else
annals::registry registry() { return annals::domain<shop::basket, shop::shelf, shop::take>{}; }
#endif
