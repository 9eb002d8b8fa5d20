#pragma once

#include <annals/actors/model_check.hpp>
#include <annals/actors/node.hpp>
#include <annals/actors/projection_notes.hpp>
#include <annals/actors/projector_desk.hpp>
#include <annals/actors/rebuild_status.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// What a person does about one projection that runs in a node, or one into a target, which is
/// neither checked nor rebuilt (`unknown_projection`). Each call blocks until the
/// projector, which may be in the middle of a batch, has done it and it is stored; any thread but
/// the node's own actors. Gives `stopping` when the node has stopped, and what the store fails
/// with; nothing has changed then. Must be gone before the node is.
///
/// A target with several parts is meant as a whole by its name, and one part of it by "NAME@2of4".
/// What is ordered for the whole is done by one part after the other, by those behind one that
/// fails as well; the first failure is given.
class projection_control {
public:
  /// Throws `annals::error` (`unknown_projection`) where the node does not run the projection, or
  /// not all parts of it.
  projection_control(node& of, std::string_view projection);

  /// The events that are set aside, in order of position.
  std::vector<parked_event> parked() const;
  /// Tries the parked event at `position` again, in the model as it is now. Where the projection
  /// parks streams, those behind it follow. The report says whether it was taken in, and why not.
  /// Gives `not_found` where none is parked there; `invalid_argument` where another one of its
  /// stream stands before it.
  result<control_report> retry(log_position position);
  /// Tries all of them again, in order of position.
  result<control_report> retry_all();
  /// Passes over the event at `position` for good: a parked one, or the one that the projection
  /// has stopped at, which then goes on. Gives `not_found` where it is neither.
  result<control_report> skip(log_position position);
  /// Has it take in nothing more, also after a restart, until it is resumed; readers see the model
  /// as it is, and whoever waits for it waits.
  result<control_report> pause();
  /// Has a projection that was paused, or that has stopped, go on. Gives `invalid_argument` where
  /// neither is so.
  result<control_report> resume();

  /// Compares the model as it is now with one that is made from the log meanwhile, in this thread
  /// and up to the same position; the projector waits only while the model is copied. Blocks for as
  /// long as the log is long. Gives `domain_threw` and the like where the log cannot be replayed.
  result<check_report> check() const;

  /// Begins to make the model anew from the whole log, beside the live one, which is read and
  /// follows the log meanwhile; when the new one has caught up it takes its place in one step, and
  /// one transaction. Returns when it is stored that it has begun: from then on it survives a kill,
  /// and goes on where it was when the node is started again. Events that were skipped by hand are
  /// passed over. Gives `invalid_argument` for a number of workers that the projection cannot have,
  /// or where it is being rebuilt already.
  result<void> start_rebuild(rebuild_settings how = {});
  /// Of the present rebuild, or of the last one in this node. Never blocks for long.
  rebuild_status rebuild() const;
  /// Blocks until the new model is in place. Gives `timed_out`, why it failed, or
  /// `invalid_argument` where there is none, or it was cancelled.
  result<void> wait_for_rebuild(std::chrono::milliseconds timeout) const;
  /// Has it wait, also after a restart; returns when it reads nothing any more and how far it is
  /// is stored. This, and the next two, give `invalid_argument` where it cannot.
  result<void> pause_rebuild();
  /// Has it go on after it was paused or has failed.
  result<void> resume_rebuild();
  /// Gives it up; the live model stays as it is.
  result<void> cancel_rebuild();

private:
  result<std::shared_ptr<class rebuild>> find_rebuild() const;

  using order = std::function<result<control_report>(projector_orders&)>;

  result<order_place> place_of(log_position position) const;
  result<control_report> all_in_turn(const order& given);

  node& node_;
  std::string name_;
  // One, or those of all parts.
  std::vector<order_place> places_;
};

/// `annals::control<balances>(node).retry_all()`.
template <projection Projection>
projection_control control(node& of) {
  return projection_control{of, Projection::name.text()};
}

} // namespace annals
