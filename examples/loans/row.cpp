#include "row.hpp"

#include <annals/messages/json.hpp>
#include <annals/messages/text.hpp>

#include <boost/tokenizer.hpp>

#include <algorithm>
#include <charconv>

namespace loans {

namespace {

using separator = boost::escaped_list_separator<char>;

// Drawn once; all ids of rows and applications follow from it.
constexpr annals::uuid id_space{0x5b, 0x1e, 0x0f, 0x7c, 0x4d, 0x2a, 0x4c, 0x93,
                                0x9a, 0x6e, 0x21, 0xd8, 0x70, 0x35, 0xbb, 0x14};

annals::failure wrong(std::string what) {
  return {annals::errc::invalid_argument, std::move(what)};
}

annals::result<std::vector<std::string>> split(std::string_view line) {
  if (std::count(line.begin(), line.end(), '"') % 2 != 0)
    return wrong("a quoted field does not end");
  const boost::tokenizer<separator, std::string_view::const_iterator> fields{
      line.begin(), line.end(), separator{"", ",", "\""}};
  return std::vector<std::string>(fields.begin(), fields.end());
}

annals::result<std::int64_t> parse_amount(std::string_view text) {
  std::int64_t amount = 0;
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, amount);
  if (error != std::errc{} || at != end)
    return wrong("column amount: expected a whole number of euros, found " + annals::quoted(text));
  return amount;
}

} // namespace

annals::result<row> parse_row(std::string_view line) {
  auto fields = split(line);
  if (!fields)
    return fields.error();
  constexpr std::size_t columns = 6;
  if (fields->size() != columns)
    return wrong("expected 6 columns, found " + std::to_string(fields->size())
                 + "; is the row cut short?");
  auto& column = *fields;
  auto time = annals::parse_rfc3339(column[0]);
  if (!time)
    return wrong("column time: " + time.error().message);
  if (auto good = annals::check_id(column[1]); !good)
    return wrong("column application: " + good.error().message);
  auto amount = parse_amount(column[5]);
  if (!amount)
    return amount.error();
  return row{*time, column[1], column[2], column[3], column[4], *amount};
}

annals::uuid command_id(const row& from, std::uint32_t sequence) {
  constexpr char unit_separator = '\x1f'; // ids and names of the log hold no control characters
  std::string name = from.application;
  for (const auto& part : {std::to_string(sequence), annals::to_rfc3339(from.time), from.activity,
                           from.transition, from.resource, std::to_string(from.amount)})
    name.append(1, unit_separator).append(part);
  return annals::derive_id(id_space, name);
}

annals::command to_command(const row& from, std::uint32_t sequence) {
  annals::command_options options;
  options.command_id = command_id(from, sequence);
  options.correlation_id = annals::derive_id(id_space, from.application);
  return annals::command_for<application>(from.application,
                                          record_activity{sequence, from.time, from.activity,
                                                          from.transition, from.resource,
                                                          from.amount},
                                          std::move(options));
}

} // namespace loans
