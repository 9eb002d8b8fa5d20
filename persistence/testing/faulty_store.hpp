#pragma once

#include <annals/persistence/testing/faults.hpp>
#include <annals/persistence/testing/forwarding_store.hpp>

#include <memory>

namespace annals::testing {

/// A store around another one, whose appends go wrong as its `faults` say; everything else is
/// handed through. With no faults it keeps the port's promises as the inner one does. Where an
/// answer is lost it breaks one on purpose: an append that failed has stored its events.
class faulty_store final : public forwarding_store {
public:
  /// Neither may be null. With `always_blocks` it presents an inner store that never waits, such as
  /// the memory store, as one that does, so that a node gives it a thread of its own.
  faulty_store(std::unique_ptr<event_store> inner, std::shared_ptr<faults> plan,
               bool always_blocks = false);

  std::vector<append_outcome> append(std::span<const append_request> requests) override;
  bool blocks() const noexcept override;

private:
  std::shared_ptr<faults> plan_;
  bool always_blocks_;
};

} // namespace annals::testing
