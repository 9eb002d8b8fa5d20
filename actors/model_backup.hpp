#pragma once

#include <annals/actors/live_model.hpp>

#include <chrono>
#include <memory>

namespace annals {

/// Puts a read model back to what it was before an event that its projection threw at, since that
/// event may have changed it by half. For a projection that parks it keeps a copy of the model, at
/// most a twentieth of the work going into copies; any other is made again from what is stored of
/// that very model (`live_model::stored_as`), or from the whole log. One thread; blocks while it
/// reads.
class model_backup {
public:
  /// All must outlive it. `part` is the part of the log that the model is made from.
  model_backup(const live_model& model, const registry& domain, event_reader& reader,
               log_part part = {});

  /// Takes a copy if it is time for one.
  void keep_up();
  /// Takes a copy now: the model was changed by hand.
  void renew();
  /// The model of everything up to where the model is, and no more. Gives what the store, or the
  /// domain, fails with. Where events fail one after the other, each costs no more than a few
  /// copies.
  result<std::unique_ptr<projection_instance>> before();

private:
  using clock = std::chrono::steady_clock;

  // What a model is made again from.
  struct base {
    std::unique_ptr<projection_instance> instance;
    log_position position = 0;
  };

  bool wanted() const noexcept { return model_.type().on_poison != poison::stop; }
  result<base> begin() const;
  result<base> begin_at_stored() const;
  result<std::optional<stored_model>> stored_of_model() const;
  void keep(const projection_instance& good);

  const live_model& model_;
  const registry& domain_;
  event_reader& reader_;
  const log_part part_;
  std::unique_ptr<projection_instance> copy_;
  log_position position_ = 0;
  clock::time_point due_{};
};

/// The next events of a part of the log, as the reader gives them; of all of it where it is whole.
result<read_part> read_next(event_reader& reader, log_part part, log_position after,
                            std::size_t limit);

/// What is stored of a projection: under its name, or where there is none under the one that
/// earlier releases used.
result<std::optional<stored_model>> load_stored(event_reader& reader, const projection_type& type);

} // namespace annals
