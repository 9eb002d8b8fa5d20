#include <annals/messages/bytes.hpp>

#include <annals/messages/text.hpp>

#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/binary_from_base64.hpp>
#include <boost/archive/iterators/dataflow_exception.hpp>
#include <boost/archive/iterators/transform_width.hpp>

namespace annals {

namespace iterators = boost::archive::iterators;

std::string to_base64(const bytes& data) {
  using encoder = iterators::base64_from_binary<iterators::transform_width<const char*, 6, 8>>;
  auto first = reinterpret_cast<const char*>(data.data());
  std::string text(encoder{first}, encoder{first + data.size()});
  return text.append((3 - data.size() % 3) % 3, '=');
}

result<bytes> parse_base64(std::string_view text) {
  using decoder = iterators::transform_width<iterators::binary_from_base64<const char*>, 8, 6>;
  auto refuse = [&] {
    return failure{errc::invalid_argument, quoted(text) + " is not base64 with padding"};
  };
  if (text.size() % 4 != 0)
    return refuse();
  auto body = text;
  for (int i = 0; i < 2 && body.ends_with('='); ++i)
    body.remove_suffix(1);
  if (body.find('=') != std::string_view::npos)
    return refuse();
  bytes data;
  data.reserve(body.size() * 3 / 4);
  try {
    decoder at{body.data()};
    for (std::size_t i = 0; i < body.size() * 3 / 4; ++i, ++at)
      data.push_back(static_cast<std::byte>(*at));
  } catch (const iterators::dataflow_exception&) {
    return refuse();
  }
  return data;
}

} // namespace annals
