#pragma once

#include <annals/messages/projection_type.hpp>
#include <annals/messages/typed_aggregate.hpp>

#include <algorithm>
#include <utility>

namespace annals::detail {

/// A projection's functions behind the interface that the running system uses.
template <class Projection, class Events>
class typed_projection final : public projection_instance {
public:
  result<void> project(const recorded_event& stored) override {
    result<void> answer;
    bool known = false;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Events>>(
        [&]<class Event>(std::type_identity<Event>) {
          if (known || Event::name.text() != stored.type)
            return;
          known = true;
          answer = project_guarded<Event>(stored);
        });
    return answer;
  }

  result<std::string> to_json() const override { return annals::to_json(model_); }

  result<void> from_json(std::string_view text) override {
    auto model = annals::from_json<Projection>(text);
    if (!model)
      return model.error();
    model_ = std::move(*model);
    return {};
  }

  const void* model() const noexcept override { return &model_; }

  result<std::unique_ptr<projection_instance>> copy() const override {
    auto made = std::make_unique<typed_projection>();
    if constexpr (std::copyable<Projection>) {
      try {
        made->model_ = model_;
      } catch (...) {
        return threw("copying the model of " + std::string{Projection::name.text()});
      }
    } else {
      auto json = to_json();
      auto copied = json ? made->from_json(*json) : json.error();
      if (!copied)
        return copied.error();
    }
    return made;
  }

  result<void> merge(projection_instance& part) override {
    if constexpr (merges<Projection>) {
      try {
        call_merge(model_, std::move(static_cast<typed_projection&>(part).model_));
        return {};
      } catch (...) {
        return threw("merging two models of " + std::string{Projection::name.text()});
      }
    } else {
      return failure{errc::invalid_argument,
                     "the projection " + std::string{Projection::name.text()}
                         + " has no merge(Projection& whole, Projection&& part) and so cannot be "
                           "made in parts"};
    }
  }

private:
  template <class Event>
  result<void> project_guarded(const recorded_event& stored) {
    auto event = decode_event<Event>(stored);
    if (!event)
      return event.error();
    recorded<Event> told{event_info_of(stored), std::move(*event)};
    try {
      call_project(model_, std::as_const(told));
      return {};
    } catch (...) {
      return threw("projecting " + describe(stored));
    }
  }

  Projection model_{};
};

template <class Model>
struct reads_event {
  template <class Event>
  using fn = std::bool_constant<projects<Model, Event>>;
};

template <class Model, class DomainEvents>
struct projected_events {
  using type = boost::mp11::mp_filter_q<reads_event<Model>, DomainEvents>;
  static constexpr bool good = check_projection<Model, type>::good;
};

template <class Model, class... Events>
consteval bool checked_listed(boost::mp11::mp_list<Events...>) {
  return (check_listed_event<Model, Events>::good && ...);
}

// A projection that lists its events must have a `project` for each of them.
template <class Model, class DomainEvents>
  requires requires { typename Model::events; }
struct projected_events<Model, DomainEvents> {
  using type = as_mp_list_t<typename Model::events>;
  static constexpr bool good = checked_listed<Model>(type{});
};

/// The description of a projection type; one readable error where the domain lacks something.
template <projection Projection, class DomainEvents>
projection_type describe_projection() {
  using projected = projected_events<Projection, DomainEvents>;
  projection_type type;
  if constexpr (projected::good) {
    using events = typename projected::type;
    type.name = Projection::name.text();
    type.schema_version = Projection::name.schema_version();
    type.on_poison = poison_of<Projection>();
    type.partitioned = merges<Projection>;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, events>>(
        [&]<class T>(std::type_identity<T>) { type.events.push_back(&event_type_of<T>()); });
    type.model_schema = [] { return schema_of<Projection>(); };
    type.make = []() -> std::unique_ptr<projection_instance> {
      return std::make_unique<typed_projection<Projection, events>>();
    };
  }
  return type;
}

} // namespace annals::detail
