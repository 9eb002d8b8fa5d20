#include <annals/persistence/postgres/arguments.hpp>

#include <annals/persistence/postgres/text_form.hpp>

#include <boost/endian/conversion.hpp>

#include <cstring>
#include <limits>

namespace annals::postgres {

namespace {

// Where the fields of an array's head are; each has four bytes.
constexpr std::size_t null_flag_at = 4;
constexpr std::size_t count_at = 12;

template <class Number>
void append_number(std::string& out, Number number) {
  boost::endian::native_to_big_inplace(number);
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void put_number(std::string& out, std::size_t at, std::uint32_t number) {
  boost::endian::native_to_big_inplace(number);
  std::memcpy(out.data() + at, &number, sizeof number);
}

std::string_view bytes_of(const uuid& id) {
  return {reinterpret_cast<const char*>(id.data), id.size()};
}

} // namespace

array::array(std::uint32_t element, std::uint32_t whole) : whole_{whole} {
  append_number(bytes_, std::uint32_t{1}); // dimensions
  append_number(bytes_, std::uint32_t{0}); // whether there is a NULL
  append_number(bytes_, element);
  append_number(bytes_, std::uint32_t{0}); // how many
  append_number(bytes_, std::uint32_t{1}); // the first index
}

array& array::add(std::int64_t number) {
  append_number(bytes_, std::uint32_t{sizeof number});
  append_number(bytes_, number);
  ++count_;
  return *this;
}

array& array::add(std::string_view text) {
  auto at = bytes_.size();
  append_number(bytes_, std::uint32_t{0});
  append_stored(bytes_, text);
  put_number(bytes_, at, static_cast<std::uint32_t>(bytes_.size() - at - 4));
  ++count_;
  return *this;
}

array& array::add(const uuid& id) {
  append_number(bytes_, static_cast<std::uint32_t>(id.size()));
  bytes_ += bytes_of(id);
  ++count_;
  return *this;
}

array& array::add_or_null(const uuid& id) {
  if (!id.is_nil())
    return add(id);
  append_number(bytes_, std::int32_t{-1});
  has_null_ = true;
  ++count_;
  return *this;
}

array& array::add_flag(bool flag) {
  append_number(bytes_, std::uint32_t{1});
  bytes_ += static_cast<char>(flag);
  ++count_;
  return *this;
}

std::string array::finished() && {
  put_number(bytes_, null_flag_at, has_null_ ? 1 : 0);
  put_number(bytes_, count_at, count_);
  return std::move(bytes_);
}

arguments& arguments::add(std::int64_t number) {
  std::string bytes;
  append_number(bytes, number);
  return add(20, std::move(bytes));
}

arguments& arguments::add(std::uint64_t number) {
  constexpr auto largest = std::numeric_limits<std::int64_t>::max();
  auto fits = number <= static_cast<std::uint64_t>(largest);
  return add(fits ? static_cast<std::int64_t>(number) : largest);
}

arguments& arguments::add(std::string_view text) { return add(25, stored_form(text)); }

arguments& arguments::add(const uuid& id) { return add(2950, std::string{bytes_of(id)}); }

arguments& arguments::add_or_null(const uuid& id) {
  return id.is_nil() ? add(2950, std::nullopt) : add(id);
}

arguments& arguments::add_flag(bool flag) { return add(16, std::string(1, flag ? '\1' : '\0')); }

arguments& arguments::add(array values) {
  auto type = values.whole_;
  return add(type, std::move(values).finished());
}

arguments& arguments::add(std::uint32_t type, std::optional<std::string> value) {
  types_.push_back(type);
  values_.push_back(std::move(value));
  return *this;
}

std::vector<const char*> arguments::values() const {
  std::vector<const char*> pointers;
  for (const auto& value : values_)
    pointers.push_back(value ? value->data() : nullptr);
  return pointers;
}

std::vector<int> arguments::lengths() const {
  std::vector<int> sizes;
  for (const auto& value : values_)
    sizes.push_back(value ? static_cast<int>(value->size()) : 0);
  return sizes;
}

} // namespace annals::postgres
