#include <annals/tools/commands/commands.hpp>

#include <annals/actors/replay.hpp>
#include <annals/messages/text.hpp>
#include <annals/tools/json_object.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>

namespace annals::tools {

namespace {

bool is_number(std::string_view text) {
  return !text.empty()
         && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

class state : public subcommand {
public:
  state() : subcommand{"state", "Print the state of an aggregate instance, now or in the past."} {}

  void declare(CLI::App& line) override {
    line.add_option("TYPE", type_, "The aggregate's type, such as bank.account.")->required();
    line.add_option("ID", id_, "The instance's id.")->required();
    line.add_option("--at", at_, "After that version, or at that time (RFC 3339).")
        ->type_name("VERSION|TIME");
    line.add_flag("--replay", replay_, "Read the whole stream, whatever snapshots there are.");
  }

  outcome<exit_code> run(context& ctx) override {
    if (auto good = ctx.need_domain(); !good)
      return good.error();
    const auto* type = ctx.domain.find_aggregate(type_);
    if (type == nullptr)
      return tool_failure{unknown_aggregate(ctx.domain, type_)};
    if (auto good = check_id(id_); !good)
      return tool_failure{good.error()};
    auto until = parse_until();
    if (!until)
      return until.error();
    auto opened = ctx.open(open_mode::read_only);
    if (!opened)
      return opened.error();
    if (auto there = check_version(*opened->reader, *until); !there)
      return there.error();
    return load(ctx, *opened->reader, *type, *until);
  }

private:
  outcome<replay_until> parse_until() const {
    replay_until until;
    until.from_snapshot = !replay_;
    if (at_.empty())
      return until;
    if (is_number(at_)) {
      auto read = std::from_chars(at_.data(), at_.data() + at_.size(), until.version);
      if (read.ec == std::errc{})
        return until;
    }
    auto time = parse_rfc3339(at_);
    if (!time)
      return tool_failure::usage("--at: " + annals::quoted(at_)
                                 + " is neither a version nor a time; give "
                                   "7, or 2011-10-01T06:08:58Z");
    until.time = *time;
    return until;
  }

  outcome<> check_version(event_reader& reader, const replay_until& until) const {
    auto version = reader.version_of(stream_name(type_, id_));
    if (!version)
      return tool_failure{version.error()};
    auto stream = annals::quoted(stream_name(type_, id_), longest_id + 256);
    if (*version == 0)
      return tool_failure{{errc::not_found, "there is no stream " + stream}};
    if (!at_.empty() && !until.time && until.version > *version)
      return tool_failure{{errc::not_found, "stream " + stream + " is at version "
                                                + std::to_string(*version) + ", it has no version "
                                                + at_ + " yet"}};
    return {};
  }

  outcome<exit_code> load(context& ctx, event_reader& reader, const aggregate_type& type,
                          const replay_until& until) const {
    auto loaded = load_aggregate(reader, ctx.domain, type, id_, until,
                                 [&](const recorded_event&) { return !ctx.stopping(); });
    if (ctx.stopping())
      return ctx.interrupted("stopped while loading " + annals::quoted(stream_name(type_, id_)));
    if (!loaded)
      return tool_failure{loaded.error()};
    auto json = loaded->instance->to_json();
    if (!json)
      return tool_failure{json.error()};
    if (auto printed = print(ctx, *loaded, *json); !printed)
      return printed.error();
    return exit_code::done;
  }

  outcome<> print(context& ctx, const loaded_aggregate& loaded, std::string_view json) const {
    auto stream = stream_name(type_, id_);
    if (!ctx.options.json)
      return ctx.out.line(printable(stream) + " v" + std::to_string(loaded.version) + '\n'
                          + printable(json));
    json_object object;
    object.add("stream", stream).add("version", loaded.version);
    return ctx.out.line(object.add("position", loaded.position).raw("state", json).text());
  }

  std::string type_, id_, at_;
  bool replay_ = false;
};

} // namespace

std::unique_ptr<subcommand> make_state() { return std::make_unique<state>(); }

} // namespace annals::tools
