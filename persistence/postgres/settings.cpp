#include <annals/persistence/postgres/settings.hpp>

#include <annals/messages/text.hpp>

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <memory>

namespace annals::postgres {

namespace {

using pair_list = std::vector<std::pair<std::string, std::string>>;

[[noreturn]] void invalid(std::string why) {
  throw error{{errc::invalid_argument, std::move(why)}};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  auto lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) {
      decoded += text[i];
      continue;
    }
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::chrono::milliseconds seconds_from(const std::string& name, const std::string& text) {
  constexpr unsigned longest = 86'400;
  unsigned seconds = 0;
  auto end = text.data() + text.size();
  auto [stop, failed] = std::from_chars(text.data(), end, seconds);
  if (failed != std::errc{} || stop != end || seconds > longest)
    invalid("the URL's " + name + " is " + quoted(text) + "; give 0 to " + std::to_string(longest)
            + " seconds");
  return std::chrono::seconds{seconds};
}

std::string schema_from(const std::string& name) {
  constexpr std::size_t longest = 63; // PostgreSQL cuts off what is longer
  if (name.empty() || name.size() > longest || !is_utf8(name)
      || name.find('\0') != std::string::npos)
    invalid("the URL's annals_schema is " + quoted(name) + "; give the name of a schema, 1 to "
            + std::to_string(longest) + " bytes of UTF-8");
  if (name.starts_with("pg_"))
    invalid("the URL's annals_schema is " + quoted(name)
            + ", and such names belong to PostgreSQL itself; choose another");
  return name;
}

// Takes one of our parameters; false for what is libpq's.
bool take(settings& into, const std::string& name, const std::string& value) {
  if (name == "annals_schema")
    into.schema = schema_from(value);
  else if (name == "annals_reconnect_timeout")
    into.reconnect_timeout = seconds_from(name, value);
  else if (name.starts_with("annals_"))
    invalid("the store's URL has a parameter " + quoted(name)
            + " that is not known; give annals_schema or annals_reconnect_timeout");
  else
    return false;
  return true;
}

// The URL without our own parameters.
std::string take_parameters(settings& into, std::string_view url) {
  auto question = url.find('?');
  std::string kept{url.substr(0, question)};
  char before = '?';
  while (question != std::string_view::npos) {
    url.remove_prefix(question + 1);
    question = url.find('&');
    auto parameter = url.substr(0, question);
    auto equals = std::min(parameter.find('='), parameter.size());
    auto value = parameter.substr(std::min(equals + 1, parameter.size()));
    if (take(into, percent_decoded(parameter.substr(0, equals)), percent_decoded(value)))
      continue;
    (kept += std::exchange(before, '&')) += parameter;
  }
  return kept;
}

pair_list given(PQconninfoOption* options) {
  pair_list found;
  for (auto* option = options; option != nullptr && option->keyword != nullptr; ++option)
    if (option->val != nullptr)
      found.emplace_back(option->keyword, option->val);
  PQconninfoFree(options);
  return found;
}

std::string value_of(const pair_list& list, std::string_view keyword) {
  auto found = std::ranges::find(list, keyword, &pair_list::value_type::first);
  return found == list.end() ? std::string{} : found->second;
}

pair_list parse(const std::string& url) {
  char* message = nullptr;
  auto* options = PQconninfoParse(url.c_str(), &message);
  if (options != nullptr)
    return given(options);
  std::string why = message != nullptr ? message : "there is no memory left";
  PQfreemem(message);
  // libpq may quote the URL, in which there may be a password.
  why = why.substr(0, why.find("://"));
  invalid("the store's URL cannot be read (" + quoted(why, 200)
          + "); give postgresql://USER@HOST:PORT/DATABASE");
}

void add_default(pair_list& list, const char* keyword, const char* variable, const char* value) {
  if (value_of(list, keyword).empty() && (variable == nullptr || std::getenv(variable) == nullptr))
    list.emplace_back(keyword, value);
}

std::string shown_name(const settings& of) {
  auto defaults = given(PQconndefaults());
  auto actual = [&](const char* keyword) {
    auto value = value_of(of.connection, keyword);
    return value.empty() ? value_of(defaults, keyword) : value;
  };
  auto host = actual("host").empty() ? actual("hostaddr") : actual("host");
  auto database = actual("dbname").empty() ? actual("user") : actual("dbname");
  auto port = actual("port").empty() ? "" : ':' + actual("port");
  return quoted("postgresql://" + host + port + '/' + database
                    + (of.schema == "annals" ? "" : "?annals_schema=" + of.schema),
                300);
}

} // namespace

settings read_settings(std::string_view url, const store_options& options) {
  settings read;
  auto rest = url.substr(std::min(url.find(':') + 1, url.size()));
  if (!rest.empty() && !rest.starts_with("//"))
    invalid("after 'postgresql:' the store's URL goes on with '//', as in "
            "postgresql://USER@HOST:PORT/DATABASE");
  read.connection = parse(take_parameters(read, rest.empty() ? "postgresql://" : url));
  read.lock_timeout = options.lock_timeout;
  read.read_only = options.mode == open_mode::read_only;
  // A server that does not answer is noticed, however the network fails.
  add_default(read.connection, "connect_timeout", "PGCONNECT_TIMEOUT", "5");
  add_default(read.connection, "keepalives_idle", nullptr, "10");
  add_default(read.connection, "keepalives_interval", nullptr, "5");
  add_default(read.connection, "keepalives_count", nullptr, "3");
  add_default(read.connection, "tcp_user_timeout", nullptr, "20000");
  add_default(read.connection, "fallback_application_name", nullptr, "annals");
  std::erase_if(read.connection, [](const auto& pair) { return pair.first == "client_encoding"; });
  read.connection.emplace_back("client_encoding", "UTF8");
  read.shown = shown_name(read);
  return read;
}

} // namespace annals::postgres
