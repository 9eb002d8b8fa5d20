#include <annals/actors/direct_journal.hpp>

#include <annals/actors/in_place_actor.hpp>
#include <annals/actors/log.hpp>

#include <caf/actor_cast.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/make_actor.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>

#include <spdlog/logger.h>

#include <limits>

namespace annals {

namespace {

class direct_journal final : public in_place_actor {
public:
  direct_journal(caf::actor_config& config, std::shared_ptr<store_writer> writer,
                 std::size_t kept_snapshots)
      : in_place_actor{config}, writer_{std::move(writer)}, kept_snapshots_{kept_snapshots} {}

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* unit) override {
    auto& content = what->content();
    if (content.match_elements<append, appender_actor>())
      take(content.get_mutable_as<append>(0), content.get_as<appender_actor>(1), unit);
    else if (content.match_elements<save_model>())
      save(*what, content.get_as<save_model>(0), unit);
    else if (content.match_elements<save_snapshot>())
      save(content.get_as<save_snapshot>(0).snapshot);
    else if (content.match_elements<forget_outcomes>())
      static_cast<void>(writer_->forget_outcomes(content.get_as<forget_outcomes>(0).before,
                                                 std::numeric_limits<std::size_t>::max()));
    else if (content.match_elements<finish>())
      close(*what, unit);
    else if (content.match_elements<caf::exit_msg>())
      quit(content.get_as<caf::exit_msg>(0).reason, unit);
    else
      answer(*what, caf::make_message(caf::make_error(caf::sec::unexpected_message)), unit);
  }

private:
  void take(append& next, const appender_actor& appender, caf::execution_unit* unit) {
    caf::actor_cast<caf::abstract_actor*>(appender)->eq_impl(
        caf::make_message_id(), ctrl(), unit,
        append_done{append_one(next.request), std::move(next.request)});
  }

  append_outcome append_one(const append_request& request) {
    auto outcome = writer_->append_in_place(request);
    return outcome ? std::move(*outcome) : std::move(writer_->append({&request, 1}).front());
  }

  void save(caf::mailbox_element& asked, const save_model& save, caf::execution_unit* unit) {
    auto saved = writer_->save(save.model);
    answer(asked,
           saved ? caf::make_message(finished{}) : caf::make_message(to_caf_error(saved.error())),
           unit);
  }

  void save(const stored_snapshot& snapshot) {
    if (auto saved = writer_->save_snapshots({&snapshot, 1}, kept_snapshots_); !saved)
      log().warn("a snapshot was not stored: {}", to_string(saved.error()));
  }

  void close(caf::mailbox_element& asked, caf::execution_unit* unit) {
    writer_->close();
    answer(asked, caf::make_message(finished{}), unit);
  }

  void answer(caf::mailbox_element& asked, caf::message with, caf::execution_unit* unit) {
    if (asked.mid.is_request() && asked.sender)
      asked.sender->enqueue(ctrl(), asked.mid.response_id(), std::move(with), unit);
  }

  std::shared_ptr<store_writer> writer_;
  std::size_t kept_snapshots_;
};

} // namespace

journal_actor make_direct_journal(caf::actor_system& system, std::shared_ptr<store_writer> writer,
                                  std::size_t kept_snapshots) {
  caf::actor_config config{system.dummy_execution_unit()};
  return caf::make_actor<direct_journal, journal_actor>(
      system.next_actor_id(), system.node(), &system, config, std::move(writer), kept_snapshots);
}

} // namespace annals
