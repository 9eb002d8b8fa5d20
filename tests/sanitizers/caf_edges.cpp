// Tells ThreadSanitizer what it cannot see in the distribution's libcaf_core, which is not
// instrumented: that a mailbox, a launch, and the last reference to something order memory.
// Without this each message between two actors looks like a race on what it carries; to suppress
// those reports would mean to suppress each report from inside an actor, the true ones too.
//
// Linked into each program of the tsan preset. The functions below take the place of those of the
// library of the same name (symbol interposition), announce the edge, and call the library's own.
// An edge joins one actor's sender to that same actor only: two actors that share memory without a
// message between them are still reported.

#include <caf/all.hpp>

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

#include <sanitizer/tsan_interface.h>

namespace {

/// The library's own function behind the one that stands in for it here.
template <class Function>
Function* behind(const char* symbol) {
  if (void* found = dlsym(RTLD_NEXT, symbol))
    return reinterpret_cast<Function*>(found);
  std::fprintf(stderr, "libcaf_core has no %s: tests/sanitizers/caf_edges.cpp is for CAF 0.17.6\n",
               symbol);
  std::abort();
}

} // namespace

namespace caf {

// Complete here, and thus seen by the sanitizer: the reference count of messages and the like.
void ref_counted::deref() const noexcept {
  if (unique())
    request_deletion(false);
  else if (rc_.fetch_sub(1, std::memory_order_acq_rel) == 1)
    request_deletion(true);
}

// The reference counts of actors: whoever gives back the last one destroys what all others wrote.
void intrusive_ptr_release(actor_control_block* block) {
  if (block->strong_refs.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    block->data_dtor(block->get());
    intrusive_ptr_release_weak(block);
  }
}

void intrusive_ptr_release_weak(actor_control_block* block) {
  if (block->weak_refs == 1 || block->weak_refs.fetch_sub(1, std::memory_order_acq_rel) == 1)
    block->block_dtor(block);
}

void scheduled_actor::enqueue(mailbox_element_ptr message, execution_unit* context) {
  static auto* const original = behind<void(scheduled_actor*, mailbox_element_ptr,
                                            execution_unit*)>(
      "_ZN3caf15scheduled_actor7enqueueESt10unique_ptrINS_15mailbox_elementENS_6detail8disposerEE"
      "PNS_14execution_unitE");
  __tsan_release(this);
  original(this, std::move(message), context);
}

void scheduled_actor::launch(execution_unit* context, bool lazy, bool hide) {
  static auto* const original = behind<void(scheduled_actor*, execution_unit*, bool, bool)>(
      "_ZN3caf15scheduled_actor6launchEPNS_14execution_unitEbb");
  __tsan_release(this);
  original(this, context, lazy, hide);
}

// A worker thread takes the actor up,
bool scheduled_actor::activate(execution_unit* context) {
  static auto* const original = behind<bool(scheduled_actor*, execution_unit*)>(
      "_ZN3caf15scheduled_actor8activateEPNS_14execution_unitE");
  __tsan_acquire(this);
  const bool alive = original(this, context);
  __tsan_release(this);
  return alive;
}

// runs it for one message after the other, and may leave it to another worker after any of them.
scheduled_actor::activation_result scheduled_actor::reactivate(mailbox_element& message) {
  static auto* const original = behind<activation_result(scheduled_actor*, mailbox_element&)>(
      "_ZN3caf15scheduled_actor10reactivateERNS_15mailbox_elementE");
  __tsan_acquire(this);
  const auto outcome = original(this, message);
  __tsan_release(this);
  return outcome;
}

void blocking_actor::enqueue(mailbox_element_ptr message, execution_unit* context) {
  static auto* const original = behind<void(blocking_actor*, mailbox_element_ptr, execution_unit*)>(
      "_ZN3caf14blocking_actor7enqueueESt10unique_ptrINS_15mailbox_elementENS_6detail8disposerEE"
      "PNS_14execution_unitE");
  __tsan_release(this);
  original(this, std::move(message), context);
}

void blocking_actor::await_data() {
  static auto* const original =
      behind<void(blocking_actor*)>("_ZN3caf14blocking_actor10await_dataEv");
  original(this);
  __tsan_acquire(this);
}

bool blocking_actor::await_data(timeout_type timeout) {
  static auto* const original = behind<bool(blocking_actor*, timeout_type)>(
      "_ZN3caf14blocking_actor10await_dataENSt6chrono10time_pointINS1_3_V212system_clockENS1_"
      "8duration"
      "IlSt5ratioILl1ELl1000000000EEEEEE");
  const bool arrived = original(this, timeout);
  __tsan_acquire(this);
  return arrived;
}

} // namespace caf
