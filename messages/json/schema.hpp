#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <set>
#include <string>

namespace annals {

/// Collects the schemas of nested types, so that each stands once and a type may hold itself.
class schema_builder {
public:
  /// A reference to the definition called `name`; `make` is called when it is not there yet.
  template <class Make>
  boost::json::value define(const std::string& name, Make make) {
    if (started_.insert(name).second)
      definitions_[name] = make(*this);
    return boost::json::object{{"$ref", "#/$defs/" + name}};
  }

  /// The whole document, `root` with the definitions beside it.
  boost::json::object finish(boost::json::value root) {
    auto document = root.is_object() ? std::move(root.get_object()) : boost::json::object{};
    document["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    if (!definitions_.empty())
      document["$defs"] = std::move(definitions_);
    return document;
  }

private:
  std::set<std::string> started_;
  boost::json::object definitions_;
};

} // namespace annals
