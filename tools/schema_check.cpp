#include <annals/tools/schema_check.hpp>

#include <annals/tools/schema_comparison.hpp>
#include <annals/tools/schema_file.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace annals::tools {

namespace {

using boost::json::object;

std::string key_text(boost::json::string_view text) { return {text.data(), text.size()}; }

struct old_type {
  std::string name;
  std::uint32_t version = 1;
  const object& schema;
};

class checker {
public:
  checker(const object& before, const registry& domain) : before_{before}, domain_{domain} {}

  std::vector<schema_finding> run() {
    for (const auto& member : before_.at("events").get_object())
      check_event(read(member));
    for (const auto& aggregate : before_.at("commands").get_object())
      for (const auto& member : aggregate.value().get_object())
        check_command(key_text(aggregate.key()), read(member));
    for (const auto& member : before_.at("states").get_object())
      check_state(read(member));
    for (const auto& upcaster : before_.at("upcasters").get_array())
      check_upcaster(upcaster.get_object());
    return std::move(findings_);
  }

private:
  template <class Member>
  static old_type read(const Member& member) {
    const auto& entry = member.value().get_object();
    return {key_text(member.key()),
            static_cast<std::uint32_t>(entry.at("schemaVersion").get_int64()),
            entry.at("schema").get_object()};
  }

  void found(bool breaks, std::string kind, std::string name, std::uint32_t version,
             std::string what) {
    findings_.push_back({breaks, std::move(kind), std::move(name), version, std::move(what)});
  }

  bool upcast(upcast_kind kind, const old_type& old) const {
    return domain_.upcasters().find(kind, old.name, old.version) != nullptr;
  }

  // Through text, as the old one came, so that equal numbers are of equal kinds.
  static std::vector<schema_change> compare(const old_type& old, const object& schema,
                                            reading_rules rules) {
    auto now = boost::json::parse(boost::json::serialize(schema));
    return compare_schemas(old.schema, now.get_object(), rules);
  }

  // What is said of a change depends on what would have to be done about it.
  static std::string advice(const old_type& old, std::uint32_t version) {
    return version == old.version
               ? "; raise its schema version and add an upcaster from "
                     + std::to_string(old.version)
               : "; add an upcaster from schema version " + std::to_string(old.version);
  }

  template <class Type>
  void check_known(const std::string& kind, const std::string& name, const old_type& old,
                   const Type& type, bool refuses_unknown) {
    if (type.schema_version < old.version)
      return found(true, kind, name, old.version,
                   "its schema version was lowered to " + std::to_string(type.schema_version)
                       + "; raise it above " + std::to_string(old.version));
    reading_rules rules{type.schema_version > old.version, refuses_unknown};
    for (const auto& change : compare(old, type.schema(), rules))
      found(true, kind, name, old.version, to_string(change) + advice(old, type.schema_version));
  }

  void check_event(const old_type& old) {
    if (upcast(upcast_kind::event, old))
      return;
    const auto* type = domain_.find_event(old.name);
    if (type == nullptr)
      return found(true, "event", old.name, old.version,
                   "it is gone, and no upcaster takes it; keep it, or add an upcaster that gives "
                   "what it became, or nothing");
    check_known("event", old.name, old, *type, false);
  }

  void check_command(const std::string& aggregate, const old_type& old) {
    auto name = aggregate + " " + old.name;
    const auto* type = domain_.find_aggregate(aggregate);
    if (type == nullptr)
      return found(true, "command", name, old.version, "the domain has no such aggregate any more");
    if (upcast(upcast_kind::command, old))
      return;
    const auto* command = type->find_command(old.name);
    if (command == nullptr)
      return found(true, "command", name, old.version,
                   "it is gone, and no upcaster takes it; keep it, or add an upcaster");
    check_known("command", name, old, *command, true);
  }

  // The state of a process is stored for ever, like an event.
  void check_process_state(const old_type& old, const process_type& process) {
    if (upcast(upcast_kind::state, old))
      return;
    struct {
      std::uint32_t schema_version;
      object (*schema)();
    } type{process.schema_version, process.state_schema};
    check_known("state", old.name, old, type, false);
  }

  // A snapshot can be thrown away, but must not be taken for what it is not.
  void check_state(const old_type& old) {
    if (const auto* process = domain_.find_process(old.name))
      return check_process_state(old, *process);
    const auto* type = domain_.find_aggregate(old.name);
    auto warn = [&](std::string what) {
      found(false, "state", old.name, old.version, std::move(what));
    };
    if (type == nullptr)
      return warn("the domain has no such aggregate any more; its streams stay and are not used");
    if (type->schema_version < old.version)
      return warn("its schema version was lowered to " + std::to_string(type->schema_version)
                  + "; its snapshots are thrown away");
    if (type->schema_version > old.version) {
      if (!upcast(upcast_kind::state, old))
        warn("no upcaster takes it; its snapshots are thrown away and the streams replayed");
      return;
    }
    for (const auto& change : compare(old, type->state_schema(), {false, true}))
      found(!change.of_membership, "state", old.name, old.version,
            to_string(change)
                + "; raise the schema version of the aggregate's name, so that "
                  "snapshots of the old state are not taken for the new one");
  }

  // What was stored before the file was written is read by these.
  void check_upcaster(const object& old) {
    auto from = key_text(old.at("from").get_string());
    auto name = key_text(old.at("type").get_string());
    auto version = static_cast<std::uint32_t>(old.at("schemaVersion").get_int64());
    if (from == "state")
      return;
    auto kind = from == "event" ? upcast_kind::event : upcast_kind::command;
    if (domain_.upcasters().find(kind, name, version) == nullptr)
      found(true, from, name, version,
            "its upcaster is gone; keep it for as long as one may be stored or sent");
  }

  const object& before_;
  const registry& domain_;
  std::vector<schema_finding> findings_;
};

} // namespace

std::string to_string(const schema_finding& finding) {
  return finding.kind + " " + finding.name + " (schema version "
         + std::to_string(finding.schema_version) + "): " + finding.what;
}

std::vector<schema_finding> check_schema(const object& before, const registry& domain) {
  return checker{before, domain}.run();
}

} // namespace annals::tools
