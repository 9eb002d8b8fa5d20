#include <annals/messages/upcasters.hpp>

#include <annals/messages/text.hpp>
#include <annals/messages/thrown.hpp>

#include <algorithm>

namespace annals {

namespace {

constexpr std::size_t longest_chain = 100;
constexpr std::size_t most_forms = 10'000;

std::string_view word_for(upcast_kind kind) {
  switch (kind) {
    case upcast_kind::event: return "event";
    case upcast_kind::command: return "command";
    case upcast_kind::state: return "state of";
  }
  return "something else";
}

errc unknown_code(upcast_kind kind) {
  switch (kind) {
    case upcast_kind::event: return errc::unknown_event_type;
    case upcast_kind::command: return errc::unknown_command;
    case upcast_kind::state: return errc::undecodable;
  }
  return errc::undecodable;
}

// Each upcaster once, in the order in which they were first gone through.
std::string listed(const std::vector<const upcaster_type*>& chain) {
  std::vector<const upcaster_type*> once;
  std::string text;
  for (const auto* one : chain)
    if (std::find(once.begin(), once.end(), one) == once.end()) {
      text += (once.empty() ? "" : ", ") + describe(*one);
      once.push_back(one);
    }
  return text;
}

} // namespace

std::string describe(upcast_kind kind, std::string_view name, std::uint32_t schema_version) {
  return std::string{word_for(kind)} + " " + std::string{name} + " (schema version "
         + std::to_string(schema_version) + ")";
}

std::string describe(const upcaster_type& upcaster) {
  return "upcaster " + upcaster.label + " from "
         + describe(upcaster.kind, upcaster.name, upcaster.schema_version);
}

failure detail::upcaster_threw(std::string_view label) {
  return {errc::domain_threw, "the upcaster " + std::string{label} + " threw: " + what_was_thrown()
                                  + "; mend the upcaster: what is stored stays as it is"};
}

result<boost::json::object> parse_object(std::string_view json) {
  json_document document;
  if (auto parsed = document.parse(json); !parsed)
    return parsed.error();
  const auto* object = document.root().if_object();
  if (object == nullptr)
    return failure{errc::undecodable,
                   "upcasters take an object, found " + describe_json(document.root())};
  // A copy outside of the document's memory, which goes with it.
  return boost::json::object{*object, boost::json::storage_ptr{}};
}

// The chain that has led to the present form, and what has come out so far.
struct upcasters::way {
  const known_version& known;
  std::vector<const upcaster_type*> chain;
  std::vector<upcast_form> done;
};

const upcaster_type* upcasters::find(upcast_kind kind, std::string_view name,
                                     std::uint32_t schema_version) const noexcept {
  for (const auto& one : all_)
    if (one.schema_version == schema_version && one.kind == kind && one.name == name)
      return &one;
  return nullptr;
}

bool upcasters::take(upcast_kind kind, std::string_view name) const noexcept {
  return std::any_of(all_.begin(), all_.end(),
                     [&](const auto& one) { return one.kind == kind && one.name == name; });
}

const upcaster_type* upcasters::first_twin() const noexcept {
  for (const auto& one : all_)
    if (find(one.kind, one.name, one.schema_version) != &one)
      return &one;
  return nullptr;
}

result<std::vector<upcast_form>> upcasters::follow(upcast_form form,
                                                   const known_version& known) const {
  way gone{known, {}, {}};
  if (auto arrived = step(std::move(form), gone); !arrived)
    return arrived.error();
  return std::move(gone.done);
}

result<void> upcasters::step(upcast_form form, way& gone) const {
  const auto* upcaster = find(form.kind, form.name, form.schema_version);
  if (upcaster == nullptr) {
    auto version = gone.known(form.name);
    auto what = [&] {
      return listed(gone.chain) + (gone.chain.empty() ? "" : " led to ")
             + describe(form.kind, form.name, form.schema_version);
    };
    if (!version)
      return failure{unknown_code(form.kind), what()
                                                  + ", which this domain does not know; let the "
                                                    "last upcaster give a type that it lists"};
    if (form.schema_version > *version)
      return failure{errc::undecodable,
                     what() + ", but this domain knows it up to " + std::to_string(*version)};
    if (gone.done.size() == most_forms)
      return failure{errc::undecodable, listed(gone.chain) + " made more than "
                                            + std::to_string(most_forms) + " out of one"};
    gone.done.push_back(std::move(form));
    return {};
  }
  if (gone.chain.size() == longest_chain)
    return failure{errc::undecodable, "upcasters go round in a circle, "
                                          + std::to_string(longest_chain)
                                          + " steps without an end: " + listed(gone.chain)};
  auto made = upcaster->upcast(std::move(form.json));
  if (!made)
    return made.error();
  gone.chain.push_back(upcaster);
  for (auto& next : made->forms()) {
    if (next.kind != upcaster->kind)
      return failure{errc::undecodable,
                     describe(*upcaster) + " gave a "
                         + describe(next.kind, next.name, next.schema_version)
                         + "; an upcaster gives the kind of thing that it takes"};
    if (auto arrived = step(std::move(next), gone); !arrived)
      return arrived;
  }
  gone.chain.pop_back();
  return {};
}

} // namespace annals
