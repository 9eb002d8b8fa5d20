#include <annals/actors/replay.hpp>

#include <annals/actors/snapshots.hpp>
#include <annals/messages/text.hpp>

#include <string>

namespace annals {

namespace {

// Large enough that a call to the store costs little beside its events, small enough to hold.
constexpr std::size_t replayed_at_once = 1000;

// Applies a batch; says whether the end that was asked for has been reached.
result<bool> apply(const std::vector<recorded_event>& batch, const registry& domain,
                   loaded_aggregate& loaded, const replay_until& until,
                   const event_visitor& visit) {
  for (const auto& event : batch) {
    if (until.time && event.time > *until.time)
      return true;
    if (auto good = check_follows(event, loaded.version); !good)
      return good.error();
    if (auto applied = domain.evolve(*loaded.instance, event); !applied)
      return applied.error();
    loaded.version = event.version;
    loaded.position = event.position;
    if (visit && !visit(event))
      return failure{errc::stopping, "the replay was stopped after " + describe(event)};
  }
  return batch.size() < replayed_at_once || loaded.version >= until.version;
}

// At the newest snapshot that is not past the end asked for; a fresh instance where there is none
// of use.
result<loaded_aggregate> begin_at_snapshot(event_reader& reader, const registry& domain,
                                           const aggregate_type& type, const std::string& stream,
                                           const replay_until& until) {
  loaded_aggregate fresh{type.make()};
  if (!until.from_snapshot || until.version == 0)
    return fresh;
  auto snapshot = reader.load_snapshot(stream, until.version);
  if (snapshot && !*snapshot)
    return fresh;
  failure why;
  if (!snapshot) {
    why = snapshot.error();
  } else {
    stream_slice slice;
    slice.from = slice.to = (*snapshot)->version;
    auto event = reader.read_stream(stream, slice);
    if (!event)
      return event.error();
    if (until.time && !event->empty() && event->front().time > *until.time)
      return fresh;
    auto restored = restore_snapshot(domain, type, *fresh.instance, **snapshot, *event);
    if (restored)
      return loaded_aggregate{std::move(fresh.instance), (*snapshot)->version,
                              (*snapshot)->position};
    why = restored.error();
  }
  warn_of_ignored_snapshot(stream, why);
  return loaded_aggregate{type.make()};
}

result<loaded_aggregate> take_on(event_reader& reader, const registry& domain,
                                 loaded_aggregate loaded, const std::string& stream,
                                 const replay_until& until, const event_visitor& visit) {
  for (bool done = until.version <= loaded.version; !done;) {
    stream_slice slice;
    slice.from = loaded.version + 1;
    slice.to = until.version;
    slice.limit = replayed_at_once;
    auto batch = reader.read_stream(stream, slice);
    if (!batch)
      return batch.error();
    auto ended = apply(*batch, domain, loaded, until, visit);
    if (!ended)
      return ended.error();
    done = *ended;
  }
  return loaded;
}

} // namespace

result<void> check_follows(const recorded_event& event, stream_version version) {
  if (event.version == version + 1)
    return {};
  return failure{errc::store_corrupt, "the stream " + quoted(event.stream)
                                          + " goes on with version " + std::to_string(event.version)
                                          + " (position " + std::to_string(event.position)
                                          + ") where version " + std::to_string(version + 1)
                                          + " should be; verify the store and restore a backup"};
}

result<loaded_aggregate> load_aggregate(event_reader& reader, const registry& domain,
                                        const aggregate_type& type, std::string_view id,
                                        replay_until until, const event_visitor& visit) {
  if (auto good = check_id(id); !good)
    return good.error();
  auto stream = stream_name(type.name, id);
  auto begun = begin_at_snapshot(reader, domain, type, stream, until);
  if (!begun)
    return begun.error();
  bool at_snapshot = begun->version != 0;
  auto loaded = take_on(reader, domain, std::move(*begun), stream, until, visit);
  if (loaded || !at_snapshot || loaded.error().code == errc::stopping)
    return loaded;
  warn_of_ignored_snapshot(stream, loaded.error());
  return take_on(reader, domain, {type.make()}, stream, until, visit);
}

} // namespace annals
