#include <annals/tools/outcome_printer.hpp>

#include <annals/messages/ids.hpp>
#include <annals/tools/event_printer.hpp>
#include <annals/tools/json_object.hpp>

namespace annals::tools {

namespace {

std::string code_of(const command_outcome& command) {
  return command.why ? std::string{to_string(command.why->code)} : "accepted";
}

} // namespace

std::string outcome_line(const command_outcome& command) {
  return "       -  " + time_column(command.time) + "  " + printable(command.stream) + " v"
         + std::to_string(command.version) + "  " + printable(command.command) + "  "
         + to_string(command.command_id) + "  " + code_of(command)
         + (command.why ? ": " + printable(command.why->message) : std::string{", no events"});
}

outcome<> print_outcome(context& ctx, const command_outcome& command) {
  if (!ctx.options.json)
    return ctx.out.line(outcome_line(command));
  json_object object;
  object.add("commandID", to_string(command.command_id));
  object.add("correlationID", to_string(command.correlation_id));
  object.add("sourceID", command.stream).add("version", command.version);
  object.add("time", to_rfc3339(command.time)).add("command", command.command);
  object.add("outcome", code_of(command));
  if (command.why)
    object.add("reason", command.why->message);
  else
    object.raw("reason", "null");
  return ctx.out.line(object.text());
}

} // namespace annals::tools
