#include <annals/tools/commands/commands.hpp>

#include <annals/messages/text.hpp>
#include <annals/tools/event_printer.hpp>
#include <annals/tools/option_checks.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <limits>

namespace annals::tools {

namespace {

constexpr auto no_version_limit = std::numeric_limits<std::uint64_t>::max();

class read_stream : public subcommand {
public:
  read_stream() : subcommand{"read", "Print the events of a stream in order of version."} {}

  void declare(CLI::App& line) override {
    line.add_option("STREAM", stream_, "The stream's name, <aggregate type>-<id>.")->required();
    line.add_option("--from", from_, "The first version.")->type_name("V")->check(check_from_one);
    line.add_option("--to", to_, "The last version.")->type_name("V")->check(check_from_one);
    line.add_flag("--backwards", backwards_, "The newest event first.");
    line.add_option("--limit", limit_, "At most that many.")->type_name("N")->check(check_from_one);
  }

  outcome<exit_code> run(context& ctx) override {
    auto opened = ctx.open(open_mode::read_only);
    if (!opened)
      return opened.error();
    auto version = opened->reader->version_of(stream_);
    if (!version)
      return tool_failure{version.error()};
    if (*version == 0)
      return tool_failure{{errc::not_found, "there is no stream " + annals::quoted(stream_, 600)
                                                + "; `streams` lists those that there are"}};
    to_ = std::min(to_, *version);
    for (auto left = limit_; left > 0 && from_ <= to_;) {
      if (ctx.stopping())
        return ctx.interrupted("stopped reading " + annals::quoted(stream_));
      auto printed = print_batch(ctx, *opened->reader, left);
      if (!printed)
        return printed.error();
      if (*printed == 0)
        break;
      left -= *printed;
    }
    return exit_code::done;
  }

private:
  // Prints the next events and takes them off the range that is left; says how many.
  outcome<std::uint64_t> print_batch(context& ctx, event_reader& reader, std::uint64_t left) {
    stream_slice slice;
    slice.from = from_;
    slice.to = to_;
    slice.order = backwards_ ? direction::backwards : direction::forwards;
    slice.limit = static_cast<std::size_t>(std::min<std::uint64_t>(left, 1000));
    auto batch = reader.read_stream(stream_, slice);
    if (!batch)
      return tool_failure{batch.error()};
    for (const auto& event : *batch) {
      if (auto printed = print_event(ctx, event); !printed)
        return printed.error();
      if (backwards_)
        to_ = event.version - 1;
      else
        from_ = event.version + 1;
    }
    return batch->size();
  }

  std::string stream_;
  std::uint64_t from_ = 1;
  std::uint64_t to_ = no_version_limit;
  std::uint64_t limit_ = no_version_limit;
  bool backwards_ = false;
};

} // namespace

std::unique_ptr<subcommand> make_read() { return std::make_unique<read_stream>(); }

} // namespace annals::tools
