#pragma once

#include <annals/persistence/event_store.hpp>

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace annals::tools::bench {

/// Makes groups of appends to new streams, each group over streams drawn anew.
class group_maker {
public:
  /// `payload` must outlive it. The streams are those of the accounts from `first` on.
  group_maker(std::uint64_t streams, std::uint64_t appends, std::uint64_t events,
              const std::string& payload, std::uint64_t first = 0);

  /// From now on groups of so many appends, which have so many events together.
  void resize(std::uint64_t appends, std::uint64_t events);

  std::span<const append_request> next();

private:
  void fill(append_request& request, std::uint64_t events);

  std::mt19937_64 random_{1};
  std::vector<stream_version> versions_;
  std::vector<std::uint64_t> order_;
  std::size_t turn_ = 0;
  std::vector<append_request> requests_;
  std::uint64_t events_;
  const std::string& payload_;
  std::uint64_t first_;
};

} // namespace annals::tools::bench
