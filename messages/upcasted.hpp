#pragma once

#include <annals/messages/command_type.hpp>
#include <annals/messages/domain.hpp>
#include <annals/messages/json.hpp>
#include <annals/messages/names.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace annals {

/// What an upcaster works on: stored events, commands in JSON, or the states of snapshots.
enum class upcast_kind : std::uint8_t { event, command, state };

namespace detail {

template <class Name, class... Names>
inline constexpr bool is_one_of = (std::is_same_v<Name, Names> || ...);
template <class Name>
inline constexpr bool is_upcast_source =
    is_one_of<Name, event_name, command_name, aggregate_name, process_manager_name>;

template <class Name>
constexpr upcast_kind upcast_kind_of() {
  if constexpr (std::is_same_v<Name, event_name>)
    return upcast_kind::event;
  else if constexpr (std::is_same_v<Name, command_name>)
    return upcast_kind::command;
  else
    return upcast_kind::state;
}

/// An event and a state say what they are; a command may do without a name.
template <class T>
constexpr upcast_kind upcast_kind_of_value() {
  if constexpr (requires { T::name.schema_version(); })
    return upcast_kind_of<std::remove_cvref_t<decltype(T::name)>>();
  else
    return upcast_kind::command;
}

} // namespace detail

/// A type, the schema version of its shape, and JSON of that shape.
struct upcast_form {
  upcast_kind kind = upcast_kind::event;
  std::string name;
  std::uint32_t schema_version = 1;
  boost::json::object json;
};

/// What an upcaster makes of something old: one form, several in order, or none.
class upcasted {
public:
  /// None.
  upcasted() = default;
  explicit upcasted(upcast_form one) { forms_.push_back(std::move(one)); }

  /// Adds what `more` holds at the end.
  upcasted& and_also(upcasted more) & {
    for (auto& form : more.forms_)
      forms_.push_back(std::move(form));
    return *this;
  }
  // By value, so that `all = std::move(all).and_also(…)` moves nothing onto itself.
  upcasted and_also(upcasted more) && { return std::move(and_also(std::move(more))); }

  std::vector<upcast_form>& forms() noexcept { return forms_; }

private:
  std::vector<upcast_form> forms_;
};

/// JSON of the shape that `to` had, or has, at its schema version. It goes on through the upcaster
/// from there, if there is one: so a step that was right stays right when the type changes again.
template <class Name>
  requires detail::is_upcast_source<Name> upcasted upcast_to(Name to, boost::json::object json) {
    return upcasted{{detail::upcast_kind_of<Name>(), std::string{to.text()}, to.schema_version(),
                     std::move(json)}};
  }

/// A value of the present type, which the compiler holds to its present shape. Throws `error`
/// (`unencodable`) where the value cannot be stored; inside an upcaster that is a failure like any.
template <class T>
  requires described<T> upcasted upcast_to(const T& value) {
    json_document document;
    document.parse(to_json(value).value()).value();
    return upcasted{
        {detail::upcast_kind_of_value<T>(), type_label<T>(), schema_version_of<T>(),
         boost::json::object{document.root().get_object(), boost::json::storage_ptr{}}}};
  }

/// What an upcaster returns to leave something out: an event that means nothing any more.
inline const upcasted upcast_to_nothing{};

} // namespace annals
