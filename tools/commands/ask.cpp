#include <annals/tools/commands/commands.hpp>

#include <annals/actors/client/client.hpp>
#include <annals/actors/node.hpp>
#include <annals/messages/json/slices.hpp>
#include <annals/messages/text.hpp>
#include <annals/tools/commands/tls_options.hpp>
#include <annals/tools/json_object.hpp>
#include <annals/tools/line_reader.hpp>
#include <annals/tools/option_checks.hpp>

#include <CLI/CLI.hpp>

namespace annals::tools {

namespace {

constexpr std::size_t longest_command = 64 << 20;

outcome<uuid> id_option(const char* option, const std::string& text) {
  if (text.empty())
    return uuid{};
  auto id = parse_uuid(text);
  if (!id)
    return tool_failure::usage(std::string{option} + ": " + id.error().message);
  if (id->is_nil())
    return tool_failure::usage(std::string{option}
                               + ": the nil UUID stands for none; give another, or leave it out");
  return *id;
}

outcome<timestamp> time_option(const char* option, const std::string& text) {
  if (text.empty())
    return timestamp{};
  auto time = parse_rfc3339(text);
  if (!time)
    return tool_failure::usage(std::string{option} + ": " + time.error().message);
  if (*time == timestamp{})
    return tool_failure::usage(std::string{option} + ": " + text
                               + " stands for none; give another, or leave it out");
  return *time;
}

class ask : public subcommand {
public:
  ask() : subcommand{"ask", "Send a command to an aggregate instance and print the receipt."} {}

  bool needs_store() const override { return nodes_.empty(); }

  void declare(CLI::App& line) override {
    line.add_option("TYPE", type_, "The aggregate's type, such as bank.account.")->required();
    line.add_option("ID", id_, "The instance's id.")->required();
    line.add_option("COMMAND", command_, "The command's name.")->required();
    line.add_option("JSON", json_, "The command as JSON; - reads it from standard input.")
        ->required();
    line.add_option("--command-id", command_id_,
                    "The command's own id: sent again with the same id, it has no second effect.")
        ->type_name("UUID");
    line.add_option("--correlation-id", correlation_id_, "What `log --correlation` finds it by.")
        ->type_name("UUID");
    line.add_option("--metadata", metadata_, "A JSON object that is stored with each event.")
        ->type_name("JSON");
    line.add_option("--schema-version", schema_version_,
                    "The schema version that JSON is written in; the domain's own by default.")
        ->type_name("N")
        ->check(CLI::Range(std::uint32_t{1}, std::uint32_t{0xffff'ffff}));
    line.add_option("--expected-version", expected_version_,
                    "The version that the stream must be at (0: it must be empty); where it is "
                    "not, nothing is done.")
        ->type_name("V")
        ->check(check_from_zero);
    line.add_option("--node", nodes_,
                    "HOST:PORT of a node, in place of the store: the node that has the instance "
                    "carries the command out. May be given several times.")
        ->type_name("ADDRESS");
    declare_tls(line, tls_);
    line.add_option("--deadline", deadline_,
                    "From that time on (RFC 3339) the command is not decided any more.")
        ->type_name("TIME");
  }

  outcome<exit_code> run(context& ctx) override {
    if (nodes_.empty() && !tls_.empty())
      return tool_failure::usage("--tls-certificate, --tls-key and --tls-authority are for --node");
    auto envelope = make_command(ctx);
    if (!envelope)
      return envelope.error();
    auto answer = nodes_.empty() ? ask_at_store(ctx, *envelope) : ask_nodes(ctx, *envelope);
    if (!answer)
      return answer.error();
    return tell(ctx, *answer, *envelope);
  }

private:
  // All that can be said without a store is said before one is opened, or created.
  outcome<command> make_command(context& ctx) {
    if (auto good = ctx.need_domain(); !good)
      return good.error();
    const auto* type = ctx.domain.find_aggregate(type_);
    if (type == nullptr)
      return tool_failure{unknown_aggregate(ctx.domain, type_)};
    if (type->find_command(command_) == nullptr
        && !ctx.domain.upcasters().take(upcast_kind::command, command_))
      return tool_failure{unknown_command(*type, command_)};
    if (auto good = check_id(id_); !good)
      return tool_failure{good.error()};
    auto options = make_options();
    if (!options)
      return options.error();
    auto json = read_json(ctx);
    if (!json)
      return json.error();
    auto body = make_body(ctx.domain, *type, std::move(*json));
    if (!body)
      return tool_failure{body.error()};
    return command{std::move(*options), type_, id_, std::move(*body)};
  }

  result<command_body> make_body(const registry& domain, const aggregate_type& type,
                                 std::string json) const {
    auto version = schema_version_;
    if (version == 0) {
      const auto* taken = type.find_command(command_);
      version = taken != nullptr ? taken->schema_version : 1;
    }
    auto body =
        domain.present_command(type, command_body::json(command_, std::move(json), version));
    if (body)
      if (auto value = body->value_as(*type.find_command(body->name())); !value)
        return value.error();
    return body;
  }

  outcome<command_options> make_options() const {
    auto id = id_option("--command-id", command_id_);
    if (!id)
      return id.error();
    auto correlation = id_option("--correlation-id", correlation_id_);
    if (!correlation)
      return correlation.error();
    if (!metadata_.empty())
      if (auto good = check_json_object(metadata_); !good)
        return tool_failure::usage("--metadata: " + good.error().message);
    auto deadline = time_option("--deadline", deadline_);
    if (!deadline)
      return deadline.error();
    command_options options;
    options.command_id = id->is_nil() ? make_id() : *id;
    options.correlation_id = correlation->is_nil() ? make_id() : *correlation;
    options.metadata = metadata_;
    options.expected_version = expected_version_;
    options.deadline = *deadline;
    return options;
  }

  outcome<std::string> read_json(context& ctx) const {
    if (json_ != "-")
      return json_;
    auto input = line_reader::open("-", ctx.stop);
    if (!input)
      return input.error();
    return input->rest(longest_command);
  }

  // A refusal is an answer: by itself it would turn into the failure to get one.
  static outcome<reply> answered(reply answer) {
    return {boost::system::in_place_value, std::move(answer)};
  }

  // This process has the instance for the moment.
  static outcome<reply> ask_at_store(context& ctx, const command& envelope) {
    auto settings = ctx.node_settings();
    settings.run_projections = false;
    settings.run_process_managers = false;
    auto running = node::start(ctx.domain, settings);
    if (!running)
      return tool_failure::opening(running.error());
    auto answer = wait_for_reply(ctx, **running, envelope);
    (*running)->stop();
    return answered(std::move(answer));
  }

  outcome<reply> ask_nodes(context& ctx, const command& envelope) const {
    client_settings settings;
    settings.nodes = nodes_;
    settings.tls = tls_;
    auto connected = client::start(ctx.domain, settings);
    if (!connected)
      return tool_failure::opening(connected.error());
    return answered(wait_for_reply(ctx, **connected, envelope));
  }

  // A signal stops whom it asks, so that there is an answer soon: a node finishes what it has, a
  // client waits no longer.
  template <class Asked>
  static reply wait_for_reply(context& ctx, Asked& at, const command& envelope) {
    constexpr std::chrono::milliseconds glance{20};
    auto answer = at.ask(envelope);
    while (answer.wait_for(glance) != std::future_status::ready)
      if (ctx.stopping()) {
        at.stop();
        break;
      }
    return answer.get();
  }

  outcome<exit_code> tell(context& ctx, const reply& answer, const command& sent) const {
    if (answer)
      if (auto printed = print(ctx, *answer, sent); !printed)
        return unprinted(printed.error(), sent);
    if (!ctx.stopping())
      return answer ? outcome<exit_code>{exit_code::done} : failed(answer.error());
    if (answer)
      return ctx.interrupted("the command was carried out before the stop");
    if (nodes_.empty())
      return ctx.interrupted("the command was not carried out (" + to_string(answer.error()) + ")");
    return ctx.interrupted("nobody waits for the answer any more (" + to_string(answer.error())
                           + "); send the command again with --command-id "
                           + to_string(sent.command_id) + ", and it is carried out once");
  }

  // A stream that is elsewhere than expected is no defect: look at it and ask again.
  static tool_failure failed(const failure& why) {
    tool_failure answer{why};
    if (why.code == errc::version_conflict)
      answer.exit = exit_code::not_done;
    return answer;
  }

  // A caller who believes that nothing happened would send it again under another id.
  static tool_failure unprinted(tool_failure why, const command& sent) {
    why.message += "; the command " + to_string(sent.command_id) + " was carried out";
    return why;
  }

  static outcome<> print(context& ctx, const receipt& got, const command& sent) {
    auto written = write_receipt(ctx, got, sent);
    return written ? ctx.out.flush() : written;
  }

  static outcome<> write_receipt(context& ctx, const receipt& got, const command& sent) {
    if (ctx.options.json) {
      json_object object;
      object.add("stream", got.stream).add("version", got.version).add("position", got.position);
      object.add("events", std::uint64_t{got.events}).add("repeated", got.repeated);
      object.add("commandID", to_string(sent.command_id));
      if (!got.repeated)
        object.add("correlationID", to_string(sent.correlation_id));
      return ctx.out.line(object.text());
    }
    auto text = printable(got.stream) + " v" + std::to_string(got.version) + ": ";
    if (got.events == 0)
      text += "accepted, no events";
    else
      text += std::to_string(got.events) + (got.events == 1 ? " event" : " events")
              + " up to position " + std::to_string(got.position);
    text += got.repeated ? ", carried out before" : "";
    return ctx.out.line(text + " (command " + to_string(sent.command_id) + ")");
  }

  std::vector<std::string> nodes_;
  tls_settings tls_;
  std::string type_, id_, command_, json_;
  std::string command_id_, correlation_id_, metadata_, deadline_;
  // 0 where none was given.
  std::uint32_t schema_version_ = 0;
  std::optional<std::uint64_t> expected_version_;
};

} // namespace

std::unique_ptr<subcommand> make_ask() { return std::make_unique<ask>(); }

} // namespace annals::tools
