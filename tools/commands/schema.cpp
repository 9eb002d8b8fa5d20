#include <annals/tools/commands/commands.hpp>

#include <annals/tools/json_object.hpp>
#include <annals/tools/line_reader.hpp>
#include <annals/tools/replacing_file.hpp>
#include <annals/tools/schema_check.hpp>
#include <annals/tools/schema_file.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>

namespace annals::tools {

namespace {

constexpr std::size_t longest_schema_file = 64 << 20;

class schema : public subcommand {
public:
  schema()
      : subcommand{"schema", "export: write the JSON Schema of all commands, events and states. "
                             "check OLD: name what breaks what a domain with that file has stored; "
                             "exit code 6 where anything does."} {}

  bool needs_store() const override { return false; }

  void declare(CLI::App& line) override {
    line.add_option("ACTION", action_, "export or check.")
        ->required()
        ->check(CLI::IsMember({"export", "check"}));
    line.add_option("FILE", file_,
                    "export: where to; - is standard output (default). check: the file of an "
                    "earlier export; - is standard input.");
  }

  outcome<exit_code> run(context& ctx) override {
    if (auto good = ctx.need_domain(); !good)
      return good.error();
    return action_ == "export" ? export_to_file(ctx) : check(ctx);
  }

private:
  outcome<exit_code> export_to_file(context& ctx) const {
    auto text = write_schema_file(schema_file_of(ctx.domain));
    if (file_.empty() || file_ == "-")
      return ended(write(ctx.out, text), exit_code::done);
    auto file = replacing_file::create(file_);
    if (!file)
      return file.error();
    output into{file->file(), file->name(), ctx.stop};
    if (auto written = write(into, text); !written)
      return written.error();
    return ended(file->commit(), exit_code::done);
  }

  static outcome<> write(output& into, const std::string& text) {
    auto written = into.write(text);
    return written ? into.flush() : written;
  }

  static outcome<exit_code> ended(const outcome<>& how, exit_code code) {
    if (!how)
      return how.error();
    return code;
  }

  outcome<exit_code> check(context& ctx) const {
    if (file_.empty())
      return tool_failure::usage("schema check needs the file of an earlier `schema export`");
    auto input = line_reader::open(file_, ctx.stop);
    if (!input)
      return input.error();
    auto text = input->rest(longest_schema_file);
    if (!text)
      return text.error();
    auto before = read_schema_file(*text, input->name());
    if (!before)
      return before.error();
    auto findings = check_schema(*before, ctx.domain);
    auto breaking = std::ranges::count(findings, true, &schema_finding::breaks);
    return ended(ctx.options.json ? print_json(ctx, findings) : print_text(ctx, findings),
                 breaking == 0 ? exit_code::done : exit_code::found);
  }

  static outcome<> print_text(context& ctx, const std::vector<schema_finding>& findings) {
    for (const auto& each : findings)
      if (auto printed =
              ctx.out.line((each.breaks ? "breaking: " : "warning: ") + printable(to_string(each)));
          !printed)
        return printed;
    if (findings.empty())
      if (auto printed = ctx.out.line("nothing breaks"); !printed)
        return printed;
    return ctx.out.flush();
  }

  static outcome<> print_json(context& ctx, const std::vector<schema_finding>& findings) {
    std::string all = "[";
    bool compatible = true;
    for (const auto& each : findings) {
      compatible = compatible && !each.breaks;
      json_object object;
      object.add("breaking", each.breaks).add("kind", each.kind).add("name", each.name);
      object.add("schemaVersion", std::uint64_t{each.schema_version});
      all += (all.size() > 1 ? "," : "") + object.add("change", each.what).text();
    }
    json_object whole;
    auto printed =
        ctx.out.line(whole.add("compatible", compatible).raw("changes", all + "]").text());
    return printed ? ctx.out.flush() : printed;
  }

  std::string action_, file_;
};

} // namespace

std::unique_ptr<subcommand> make_schema() { return std::make_unique<schema>(); }

} // namespace annals::tools
