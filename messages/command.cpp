#include <annals/messages/command.hpp>

#include <annals/messages/text.hpp>

namespace annals {

command_body command_body::json(std::string name, std::string text, std::uint32_t schema_version) {
  command_body body;
  body.name_ = std::move(name);
  body.json_ = std::move(text);
  body.json_schema_version_ = schema_version;
  return body;
}

std::string_view command_body::name() const noexcept {
  return type_ != nullptr ? std::string_view{type_->name} : std::string_view{name_};
}

result<command_body> command_body::decoded(const command_type& type) const {
  auto value = value_as(type);
  if (!value)
    return value.error();
  command_body body;
  body.type_ = &type;
  body.value_ = std::move(*value);
  return body;
}

std::uint32_t command_body::schema_version() const noexcept {
  return type_ != nullptr ? type_->schema_version : json_schema_version_;
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
  return type.decode(document.root(), schema_version());
}

result<std::string> command_body::to_json() const {
  return type_ != nullptr ? type_->encode(value_.get()) : result<std::string>{json_};
}

failure newer_command(std::string_view command, std::uint32_t written, std::uint32_t known) {
  return {errc::invalid_command, "the command " + std::string{command} + " has schema version "
                                     + std::to_string(written) + ", this program knows up to "
                                     + std::to_string(known)
                                     + "; send an older one, or deploy the newer program here"};
}

std::uint64_t command_digest(std::string_view name, std::string_view json) noexcept {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325ULL;
  auto add = [&](std::string_view text) {
    for (unsigned char c : text)
      hash = (hash ^ c) * 0x100'0000'01b3ULL;
  };
  add(name);
  add({"", 1}); // a name never contains it, so that no name runs into its body
  add(json);
  return hash != 0 ? hash : 1;
}

} // namespace annals
