#pragma once

#include <annals/actors/live_model.hpp>
#include <annals/persistence/stored_records.hpp>

#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

namespace annals {

/// What an order by hand has done.
struct control_report {
  /// Parked events that are in the model now.
  std::uint64_t taken_in = 0;
  /// Events that are passed over for good now.
  std::uint64_t skipped = 0;
  /// How many are still parked.
  std::uint64_t still_parked = 0;
  /// Why the first of those that were tried again still cannot be taken in, where one was.
  std::optional<failure> why{};
};

/// What a running projector does when it is told to, with the model as it is stored and no other:
/// it gives why that could not be loaded where it was not, and `unknown_projection` where another
/// node has the projection. Each change is stored before it is seen, as a new generation of the
/// model, so that it counts for every process.
class projector_orders {
public:
  virtual ~projector_orders() = default;

  /// Tries the parked event at `position` again, or all of them.
  virtual result<control_report> retry(std::optional<log_position> position) = 0;
  /// Passes over the event at `position`, which is parked or is what the projection stopped at.
  virtual result<control_report> skip(log_position position) = 0;
  /// Takes in nothing more until it is resumed, also after a restart.
  virtual result<control_report> pause() = 0;
  /// Goes on after it was paused, or after it has stopped, with the event that it stopped at.
  virtual result<control_report> resume() = 0;
  /// Takes `made`, which is as good as the present model, on to where that one is, has it follow
  /// what was ordered by hand meanwhile, stores it in its place, with the models of these names
  /// removed, and shows it. Nothing where it has taken in an event that is to be passed over since:
  /// it is of no use then.
  virtual result<std::optional<log_position>>
  put_in_place(live_model& made, std::span<const std::string> removed) = 0;
};

/// Where others give orders to a projector, which carries them out on its own thread.
class projector_desk {
public:
  /// Blocks until the projector has done what `body` does with it, and gives what that returned: a
  /// result. Gives `stopping` where the projector has ended. Any thread but the projector's.
  template <class Body>
  auto ask(Body body) -> std::invoke_result_t<Body&, projector_orders&> {
    using answer = std::invoke_result_t<Body&, projector_orders&>;
    std::promise<answer> promise;
    auto given = promise.get_future();
    put([&](projector_orders* projector) {
      promise.set_value(projector != nullptr ? body(*projector) : answer{has_ended()});
    });
    return given.get();
  }

  // -- for the projector -------------------------------------------------------

  /// `wake` is called, on any thread, when there is an order.
  void open(std::function<void()> wake);
  /// Does what was ordered.
  void serve(projector_orders& projector);
  /// Serves nobody any more.
  void close();

private:
  using order = std::function<void(projector_orders*)>;

  void put(order next);
  static failure has_ended();

  std::mutex mutex_;
  std::deque<order> orders_;
  std::function<void()> wake_;
  bool closed_ = false;
};

class target_board;

/// Where orders are given to a projection, or to one part of a target.
struct order_place {
  std::shared_ptr<projector_desk> desk;
  log_part part{};
  /// Null for a read model.
  std::shared_ptr<const target_board> board{};
};

} // namespace annals
