#include <annals/messages/command.hpp>

#include <annals/messages/text.hpp>

namespace annals {

command_body command_body::json(std::string name, std::string text) {
  command_body body;
  body.name_ = std::move(name);
  body.json_ = std::move(text);
  return body;
}

std::string_view command_body::name() const noexcept {
  return type_ != nullptr ? std::string_view{type_->name} : std::string_view{name_};
}

result<std::shared_ptr<const void>> command_body::value_as(const command_type& type) const {
  if (type_ == &type)
    return value_;
  // Of the same name but another address: the same type seen from another shared library.
  auto text = to_json();
  if (!text)
    return text.error();
  json_document document;
  if (auto parsed = document.parse(*text); !parsed)
    return failure{errc::invalid_command, type.name + ": " + parsed.error().message};
  return type.decode(document.root());
}

result<std::string> command_body::to_json() const {
  return type_ != nullptr ? type_->encode(value_.get()) : result<std::string>{json_};
}

} // namespace annals
