#include <annals/actors/runtime.hpp>

#include <annals/actors/caretaker.hpp>
#include <annals/actors/direct_journal.hpp>
#include <annals/actors/dispatcher.hpp>
#include <annals/actors/event_bus.hpp>
#include <annals/actors/leave_system.hpp>
#include <annals/actors/reader.hpp>
#include <annals/actors/served/any_store.hpp>
#include <annals/actors/snapshots.hpp>

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <thread>

namespace annals {

namespace {

// The journal of a store that blocks has a thread of its own, and it is the one that must not wait
// for a core.
std::size_t actor_threads(const config& settings, bool store_blocks) {
  if (settings.threads != 0)
    return settings.threads;
  auto cores = std::max(2U, std::thread::hardware_concurrency());
  return store_blocks ? cores - 1 : cores;
}

failure store_is_closed() {
  return {errc::stopping, "the node has stopped and its store is closed"};
}

} // namespace

node::runtime::runtime(registry domain, config settings)
    : domain_{std::move(domain)}, settings_{std::move(settings)} {}

node::runtime::~runtime() { stop(); }

result<void> node::runtime::start() {
  if (auto valid = domain_.check(); !valid)
    return valid;
  store_options options;
  options.lock_timeout = settings_.lock_timeout;
  auto store = settings_.open_store
                   ? settings_.open_store()
                   : open_any_store(settings_.store, options,
                                    settings_.cluster.value_or(cluster_settings{}));
  if (!store)
    return store.error();
  store_ = std::move(*store);
  if (auto kept = keep_inline(); !kept)
    return kept;
  if (settings_.cluster) {
    std::map<std::string, std::uint32_t> targets;
    if (settings_.run_projections)
      for (const auto& target : settings_.targets)
        targets[target.name] = target.partitions;
    auto joined = annals::cluster::join(*settings_.cluster, *store_, domain_, std::move(targets));
    if (!joined)
      return joined.error();
    cluster_ = std::move(*joined);
  }
  start_system();
  auto spawned = spawn_all();
  if (spawned && cluster_)
    cluster_->start(std::exchange(tasks_, {}));
  leave_system();
  is_started_ = spawned.has_value();
  return spawned ? watch_growth() : spawned;
}

// The store knows no domain: what is stored in an older form it gives as it is.
result<void> node::runtime::keep_inline() {
  if (settings_.inline_projections.empty())
    return {};
  auto all = settings_.inline_projections;
  for (auto& one : all) {
    if (domain_.find_projection(one.name) != nullptr)
      return failure{errc::invalid_argument, "there is a projection " + one.name
                                                 + " already; give the inline one another name"};
    if (one.project)
      one.project = [this, inner = one.project](sql_session& db,
                                                const recorded_event& stored) -> result<void> {
        auto present = domain_.in_present_form(stored);
        if (!present)
          return present.error();
        for (const auto& event : *present)
          if (auto taken = inner(db, event); !taken)
            return taken;
        return {};
      };
  }
  return store_->keep_inline(all);
}

void node::runtime::start_system() {
  // Work stealing sleeps between two looks for work, which a caller that waits for the disk would
  // wait for as well; and it runs the newest first, which lets some callers wait for long.
  system_config_.set("scheduler.policy", caf::atom("sharing"));
  system_config_.set("scheduler.max-threads", actor_threads(settings_, store_->blocks()));
  // Lets many aggregates take turns, so that their appends meet in one group.
  system_config_.set("scheduler.max-throughput", std::size_t{100});
  system_config_.set("logger.verbosity", caf::atom("quiet"));
  if (cluster_)
    cluster_->configure(system_config_);
  system_.emplace(system_config_);
}

void node::runtime::spawn_journal_and_bus() {
  auto hint = std::make_shared<growth_hint>();
  bus_ = spawn_event_bus(*system_, hint);
  commands_ = std::make_shared<traffic>(
      traffic::limits{settings_.commands_under_way, settings_.largest_queue});
  writer_ = std::make_shared<store_writer>(*store_, bus_, hint, commands_);
  journal_limits limits{settings_.largest_group, settings_.snapshots.keep};
  journal_ = store_->blocks() ? spawn_journal(*system_, writer_, limits)
                              : make_direct_journal(*system_, writer_, limits.kept_snapshots);
}

result<void> node::runtime::spawn_all() {
  spawn_journal_and_bus();
  auto context = make_context();
  if (!context)
    return context.error();
  dispatcher_ = spawn_dispatcher(*system_, domain_, *context);
  (*context)->dispatcher = caf::actor_cast<caf::weak_actor_ptr>(dispatcher_);
  if (auto opened = open_to_others(**context); !opened)
    return opened;
  gate_ = std::make_unique<ask_gate>(*system_, front_);
  caretaker_ = spawn_caretaker(*system_, {dispatcher_, journal_, settings_.clock,
                                          settings_.passivate_after, settings_.command_window});
  subscriptions_parts parts;
  parts.system = &*system_;
  parts.domain = &domain_;
  parts.journal = journal_;
  parts.bus = bus_;
  parts.open_reader = [this] { return open_reader(); };
  if (cluster_)
    parts.nodes = cluster_->duties();
  parts.open_leases = [this] { return open_leases(); };
  parts.poll_interval = settings_.poll_interval;
  parts.save_interval = settings_.save_interval;
  followers_ = std::make_shared<annals::subscriptions>(std::move(parts));
  if (settings_.run_projections)
    for (auto spawn : {&runtime::spawn_projectors, &runtime::spawn_target_runners})
      if (auto spawned = (this->*spawn)(); !spawned)
        return spawned;
  return settings_.run_process_managers ? spawn_process_runners() : result<void>{};
}

result<std::shared_ptr<aggregate_context>> node::runtime::make_context() {
  // Two, so that a long stream that is being loaded does not hold up all others.
  std::size_t count = store_->blocks() ? 2 : 1;
  for (std::size_t i = 0; i < count; ++i) {
    auto connection = store_->open_reader();
    if (!connection)
      return connection.error();
    readers_.push_back(spawn_reader(*system_, std::move(*connection), store_->blocks()));
  }
  auto context = std::make_shared<aggregate_context>();
  context->domain = &domain_;
  context->journal = journal_;
  context->writer = writer_;
  context->readers = readers_;
  context->remembered_commands = settings_.remembered_commands;
  context->command_window = settings_.command_window;
  context->most_attempts = settings_.most_attempts;
  context->snapshots = settings_.snapshots;
  context->live_aggregates = settings_.live_aggregates;
  context->passivate_after = settings_.passivate_after;
  context->largest_payload = settings_.largest_payload;
  context->around_commands = settings_.around_commands;
  context->clock = settings_.clock;
  context->commands = commands_;
  context->counts = aggregate_counts_;
  return context;
}

// What other processes append, where the store can tell; where it cannot, reading now and then
// finds it.
result<void> node::runtime::watch_growth() {
  auto watch = store_->watch_growth(
      [writer = writer_](log_position position) { writer->others_have_appended(position); });
  if (!watch)
    return watch.error();
  growth_ = std::move(*watch);
  return {};
}

void node::runtime::stop() {
  std::call_once(stopped_, [this] {
    // The others take over in any case: nobody waits here for a store that does not come back.
    if (cluster_)
      store_->give_up_at(std::chrono::steady_clock::now() + 2 * cluster_->settings().lease_time);
    if (system_)
      finish_all();
    // After the last append, so that others are told of it.
    growth_.reset();
    caretaker_ = nullptr;
    dispatcher_ = nullptr;
    front_ = nullptr;
    store_host_ = nullptr;
    projectors_.clear();
    target_runners_.clear();
    process_runners_.clear();
    // The membership never had them, where the start failed: CAF's system would wait for ever for
    // the threads of the actors that they know.
    tasks_.clear();
    readers_.clear();
    journal_ = nullptr;
    bus_ = nullptr;
    // Waits until every actor has gone, and with them their readers of the store.
    system_.reset();
    std::lock_guard guard{store_mutex_};
    cluster_.reset();
    store_.reset();
  });
}

// Each step waits for the one before: no command is under way when the models are saved, and
// nothing is when the journal closes.
void node::runtime::finish_all() {
  caf::scoped_actor self{*system_};
  auto finish_one = [&](const auto& actor) {
    if (actor)
      self->request(actor, caf::infinite, finish{})
          .receive([](finished) {}, [](const caf::error&) {});
  };
  self->send_exit(caretaker_, caf::exit_reason::user_shutdown);
  // While projectors still answer to them.
  rebuilds_.stop();
  // Before the dispatcher: they are still to have the answers to what they sent.
  std::for_each(process_runners_.begin(), process_runners_.end(), finish_one);
  if (cluster_)
    cluster_->leave([&] { finish_one(dispatcher_); });
  else
    finish_one(dispatcher_);
  if (followers_)
    followers_->stop();
  for (const auto& projector : projectors_)
    finish_one(projector);
  std::for_each(target_runners_.begin(), target_runners_.end(), finish_one);
  finish_one(store_host_);
  finish_one(journal_);
  if (gate_)
    gate_->close();
  if (cluster_)
    cluster_->close();
  auto end = [&](const auto& actor) {
    if (actor)
      self->send_exit(actor, caf::exit_reason::user_shutdown);
  };
  end(dispatcher_);
  end(store_host_);
  std::for_each(process_runners_.begin(), process_runners_.end(), end);
  std::for_each(projectors_.begin(), projectors_.end(), end);
  std::for_each(target_runners_.begin(), target_runners_.end(), end);
  std::for_each(readers_.begin(), readers_.end(), end);
  end(journal_);
  end(bus_);
}

result<std::unique_ptr<event_reader>> node::runtime::open_reader() const {
  std::lock_guard guard{store_mutex_};
  if (!store_)
    return store_is_closed();
  return store_->open_reader();
}

result<std::unique_ptr<lease_store>> node::runtime::open_leases() {
  std::lock_guard guard{store_mutex_};
  if (!store_)
    return store_is_closed();
  return store_->open_leases();
}

result<void> node::runtime::take_snapshot(std::string_view aggregate, std::string_view id,
                                          const loaded_aggregate& loaded) {
  auto taken = make_snapshot(*domain_.find_aggregate(aggregate), stream_name(aggregate, id),
                             *loaded.instance, loaded.version, loaded.position, settings_.clock());
  if (!taken)
    return taken.error();
  std::lock_guard guard{store_mutex_};
  if (!store_)
    return store_is_closed();
  return writer_->save_snapshots({&*taken, 1}, settings_.snapshots.keep);
}

} // namespace annals
