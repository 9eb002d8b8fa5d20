#include <annals/tools/log_verifier.hpp>

#include <annals/messages/json/slices.hpp>
#include <annals/messages/stream_name.hpp>
#include <annals/messages/text.hpp>

#include <algorithm>

namespace annals::tools {

void log_verifier::look_at(const recorded_event& event) {
  ++events_;
  check_place(event);
  check_contents(event);
}

void log_verifier::check_place(const recorded_event& event) {
  if (event.position != last_ + 1)
    found(event.position, describe(event) + " follows position " + std::to_string(last_)
                              + (event.position > last_ ? ": events between are missing"
                                                        : ": the log is out of order"));
  last_ = event.position;
  auto& version = versions_[event.stream];
  if (version == 0)
    if (auto good = check_stream_name(event.stream); !good)
      found(event.position, describe(event) + ": " + good.error().message);
  if (event.version != version + 1)
    found(event.position,
          describe(event) + " follows version " + std::to_string(version) + " of its stream");
  version = std::max(version, event.version);
}

void log_verifier::check_contents(const recorded_event& event) {
  auto spoilt = [&](const std::string& why) {
    found(event.position, describe(event) + ": " + why);
  };
  if (event.id.is_nil())
    spoilt("it has no id");
  if (event.schema_version == 0)
    spoilt("its schema version is 0");
  if (!event.metadata.empty())
    if (auto good = check_json_object(event.metadata); !good)
      spoilt("its metadata: " + good.error().message);
  if (auto good = check_json(event.payload); !good)
    return spoilt("its payload is " + good.error().message);
  if (domain_.empty())
    return;
  if (auto good = domain_.check_event(event); !good)
    found(event.position, good.error().message);
}

result<void> log_verifier::look_at_rest(event_reader& reader) {
  constexpr std::size_t batch_size = 1000;
  for (std::string after;;) {
    auto batch = reader.list_streams(after, batch_size);
    if (!batch)
      return batch.error();
    for (const auto& listed : *batch) {
      check_stream(listed);
      check_reading(listed, reader);
    }
    if (batch->empty())
      break;
    after = batch->back().stream;
  }
  auto models = reader.list_models();
  if (!models)
    return models.error();
  for (const auto& listed : *models) {
    auto model = reader.load_model(listed.projection);
    if (!model)
      return model.error();
    auto end = reader.last_position();
    if (!end)
      return end.error();
    if (*model)
      check_model(**model, *end);
  }
  return {};
}

// A store that is written to meanwhile may be ahead of what was seen, but never behind it.
void log_verifier::check_stream(const stream_info& listed) {
  auto seen = versions_.find(listed.stream);
  if (seen != versions_.end() && listed.version < seen->second)
    found(0, "stream " + annals::quoted(listed.stream) + " is listed at version "
                 + std::to_string(listed.version) + ", but the log has its version "
                 + std::to_string(seen->second));
}

// A stream is read by other ways than the log, which may be damaged where the log is not.
void log_verifier::check_reading(const stream_info& listed, event_reader& reader) {
  constexpr std::size_t page_size = 1000;
  for (stream_version read = 0; read < listed.version;) {
    stream_slice page;
    page.from = read + 1;
    page.to = listed.version;
    page.limit = page_size;
    auto events = reader.read_stream(listed.stream, page);
    if (!events)
      return found(0, "stream " + annals::quoted(listed.stream)
                          + " cannot be read: " + events.error().message);
    if (events->empty() || events->front().version != read + 1)
      return found(0, "stream " + annals::quoted(listed.stream) + " cannot be read from version "
                          + std::to_string(read + 1) + " on");
    read = events->back().version;
  }
}

void log_verifier::check_model(const stored_model& model, log_position end) {
  auto spoilt = [&](const std::string& why) {
    found(0, "the read model of " + annals::quoted(model.projection) + " " + why + "; rebuild it");
  };
  if (model.checkpoint > end)
    spoilt("has taken in the log up to position " + std::to_string(model.checkpoint)
           + ", but the log ends at " + std::to_string(end));
  if (auto good = check_json(model.model); !good)
    return spoilt("is " + good.error().message);
  const auto* type = domain_.find_projection(model.projection);
  if (type == nullptr || type->schema_version != model.schema_version)
    return;
  if (auto good = type->make()->from_json(model.model); !good)
    spoilt("cannot be decoded: " + good.error().message);
}

void log_verifier::found(log_position position, std::string what) {
  ++found_;
  if (findings_.size() < kept_findings)
    findings_.push_back({position, std::move(what)});
}

} // namespace annals::tools
