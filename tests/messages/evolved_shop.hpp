#pragma once

#include <annals/domain.hpp>
#include <annals/messages/domain_list.hpp>

#include <map>
#include <string>
#include <utility>

/// A domain whose types have changed more than once, with the upcasters that this took, and
/// upcasters that are wrong.
namespace shop {

struct order {
  static constexpr annals::command_name name{"shop.order", 3};
  std::string article;
  std::int64_t cents = 0;
  bool gift = true;
};
BOOST_DESCRIBE_STRUCT(order, (), (article, cents, gift))

struct ordered {
  static constexpr annals::event_name name{"shop.ordered", 3};
  std::string article;
  std::int64_t cents = 0;
  bool gift = true;
};
BOOST_DESCRIBE_STRUCT(ordered, (), (article, cents, gift))

struct basket {
  static constexpr annals::aggregate_name name{"shop.basket", 3};
  using commands = annals::commands<order>;
  using events = annals::events<ordered>;
  std::int64_t cents = 0;
  std::int64_t gifts = 0;
};
BOOST_DESCRIBE_STRUCT(basket, (), (cents, gifts))

inline ordered decide(const basket&, const order& cmd) {
  return {cmd.article, cmd.cents, cmd.gift};
}
inline basket evolve(basket self, const ordered& event) {
  return {self.cents + event.cents, self.gifts + (event.gift ? 1 : 0)};
}

/// Position and version that each article was told with.
struct articles {
  static constexpr annals::projection_name name{"shop.articles"};
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> told;
};
BOOST_DESCRIBE_STRUCT(articles, (), (told))
inline void project(articles& model, const annals::recorded<ordered>& event) {
  model.told[event->article] = {event.position, event.version};
}

inline boost::json::object in_cents(boost::json::object old) {
  auto euros = old.at("euros").as_int64();
  old.erase("euros");
  old["cents"] = euros * 100;
  return old;
}

struct ordered_in_cents {
  static constexpr annals::event_name from{"shop.ordered", 1};
  static annals::upcasted upcast(boost::json::object old) {
    return annals::upcast_to(annals::event_name{"shop.ordered", 2}, in_cents(std::move(old)));
  }
};

struct bought_is_ordered {
  static constexpr annals::event_name from{"shop.bought"};
  static annals::upcasted upcast(boost::json::object old) {
    return annals::upcast_to(annals::event_name{"shop.ordered", 1}, std::move(old));
  }
};

struct pair_is_two {
  static constexpr annals::event_name from{"shop.pair_ordered"};
  static annals::upcasted upcast(boost::json::object old) {
    auto one = [&](const char* which) {
      return annals::upcast_to(
          ordered{old.at(which).as_string().c_str(), old.at("cents").as_int64(), false});
    };
    return one("first").and_also(one("second"));
  }
};

struct looked_is_nothing {
  static constexpr annals::event_name from{"shop.looked"};
  static annals::upcasted upcast(const boost::json::object&) { return annals::upcast_to_nothing; }
};

struct order_in_cents {
  static constexpr annals::command_name from{"shop.order", 1};
  static order upcast(boost::json::object old) {
    return {old.at("article").as_string().c_str(), old.at("euros").as_int64() * 100};
  }
};

struct buy_is_order {
  static constexpr annals::command_name from{"shop.buy"};
  static annals::upcasted upcast(boost::json::object old) {
    return annals::upcast_to(annals::command_name{"shop.order", 1}, std::move(old));
  }
};

struct order_two_is_too_much {
  static constexpr annals::command_name from{"shop.order_two"};
  static annals::upcasted upcast(const boost::json::object&) {
    return annals::upcast_to(order{}).and_also(annals::upcast_to(order{}));
  }
};

struct state_in_cents {
  static constexpr annals::aggregate_name from{"shop.basket", 2};
  static basket upcast(boost::json::object old) { return {old.at("euros").as_int64() * 100, 0}; }
};

using evolved = annals::domain<basket, articles, ordered_in_cents, bought_is_ordered, pair_is_two,
                               looked_is_nothing, order_in_cents, buy_is_order,
                               order_two_is_too_much, state_in_cents>;

struct half_good {
  static constexpr annals::event_name from{"shop.pair_ordered"};
  static annals::upcasted upcast(boost::json::object old) {
    return annals::upcast_to(ordered{"tea"})
        .and_also(annals::upcast_to(annals::event_name{"shop.ordered", 3}, std::move(old)));
  }
};

struct thrower {
  static constexpr annals::event_name from{"shop.thrown"};
  static annals::upcasted upcast(const boost::json::object&) {
    throw std::runtime_error{"no such member"};
  }
};
struct thrower_twin : thrower {};

struct there {
  static constexpr annals::event_name from{"shop.here"};
  static annals::upcasted upcast(boost::json::object old) {
    return annals::upcast_to(annals::event_name{"shop.there"}, std::move(old));
  }
};
struct and_back {
  static constexpr annals::event_name from{"shop.there"};
  static annals::upcasted upcast(boost::json::object old) {
    return annals::upcast_to(annals::event_name{"shop.here"}, std::move(old));
  }
};

/// Ten for one, at each of its steps.
template <std::uint32_t Step>
struct doubled {
  static constexpr annals::event_name from{"shop.doubled", Step};
  static annals::upcasted upcast(const boost::json::object&) {
    annals::upcasted all;
    for (int i = 0; i < 10; ++i)
      all.and_also(annals::upcast_to(
          annals::event_name{Step == 5 ? "shop.ordered" : "shop.doubled", Step == 5 ? 1 : Step + 1},
          {}));
    return all;
  }
};

struct to_unknown {
  static constexpr annals::event_name from{"shop.astray", 1};
  static annals::upcasted upcast(boost::json::object old) {
    return annals::upcast_to(annals::event_name{"shop.nowhere"}, std::move(old));
  }
};
struct to_newer {
  static constexpr annals::event_name from{"shop.astray", 2};
  static annals::upcasted upcast(boost::json::object old) {
    return annals::upcast_to(annals::event_name{"shop.ordered", 4}, std::move(old));
  }
};
struct to_command {
  static constexpr annals::event_name from{"shop.astray", 3};
  static annals::upcasted upcast(boost::json::object old) {
    return annals::upcast_to(annals::command_name{"shop.order"}, std::move(old));
  }
};

struct too_early {
  static constexpr annals::event_name from{"shop.ordered", 3};
  static annals::upcasted upcast(boost::json::object old) {
    return annals::upcast_to(annals::event_name{"shop.ordered", 3}, std::move(old));
  }
};
struct stray_state {
  static constexpr annals::aggregate_name from{"shop.nobody"};
  static basket upcast(const boost::json::object&) { return {}; }
};

} // namespace shop
