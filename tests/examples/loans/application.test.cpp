#include "examples/loans/application.hpp"

#include <catch2/catch.hpp>

#include <initializer_list>

using namespace loans;

namespace {

// An application under test; each activity comes a second after the one before.
class history {
public:
  explicit history(std::initializer_list<std::string_view> activities = {}) {
    for (auto activity : activities)
      then(activity);
  }

  record_activity next(std::string_view activity, std::string_view transition = "COMPLETE") const {
    const auto sequence = state_.activities + 1;
    return {sequence,
            annals::timestamp{std::chrono::seconds{sequence}},
            std::string{activity},
            std::string{transition},
            "112",
            5000};
  }

  history& then(std::string_view activity, std::string_view transition = "COMPLETE") {
    auto decision = decide(state_, next(activity, transition));
    INFO(activity << " " << transition);
    REQUIRE(decision.reason() == "");
    REQUIRE(decision.events().size() == 1);
    state_ =
        std::visit([&](const auto& event) { return evolve(state_, event); }, decision.events()[0]);
    return *this;
  }

  std::string reason(const record_activity& cmd) const {
    return std::string{decide(state_, cmd).reason()};
  }
  std::string reason(std::string_view activity, std::string_view transition = "COMPLETE") const {
    return reason(next(activity, transition));
  }

  const application& state() const { return state_; }

private:
  application state_;
};

const auto submitted = {std::string_view{"A_SUBMITTED"}, std::string_view{"A_PARTLYSUBMITTED"}};

history accepted() {
  history past{submitted};
  return past.then("A_PREACCEPTED").then("A_ACCEPTED").then("A_FINALIZED");
}

history with_offer_sent() { return accepted().then("O_SELECTED").then("O_CREATED").then("O_SENT"); }

} // namespace

TEST_CASE("an application begins with its submission, and only once") {
  CHECK(history{}.reason("A_PARTLYSUBMITTED") == "an application begins with its submission");
  CHECK(history{}.reason("W_Afhandelen leads", "SCHEDULE")
        == "an application begins with its submission");
  CHECK(history{submitted}.reason("A_SUBMITTED") == "the application is submitted already");
}

TEST_CASE("a submission keeps time, resource and amount") {
  auto decision = decide(application{}, history{}.next("A_SUBMITTED"));
  REQUIRE(decision.events().size() == 1);
  const auto& event = std::get<application_submitted>(decision.events()[0]);
  CHECK(event.time.time_since_epoch() == std::chrono::seconds{1});
  CHECK(event.resource == "112");
  CHECK(event.amount == 5000);
}

TEST_CASE("each activity has the place after the one before") {
  const history past{submitted};
  for (auto wrong : {0U, 1U, 2U, 4U, 4'294'967'295U}) {
    auto cmd = past.next("A_PREACCEPTED");
    cmd.sequence = wrong;
    CHECK(past.reason(cmd) == "activity " + std::to_string(wrong) + " cannot follow activity 2");
  }
}

TEST_CASE("time does not go back within an application") {
  const history past{submitted};
  auto cmd = past.next("A_PREACCEPTED");
  cmd.time = past.state().last_time;
  CHECK(past.reason(cmd) == "");
  cmd.time -= std::chrono::milliseconds{1};
  CHECK(past.reason(cmd) == "the time is before that of the activity before");
}

TEST_CASE("the amount is 0 or more and stays the same") {
  const history past{submitted};
  auto cmd = past.next("A_PREACCEPTED");
  cmd.amount = 4999;
  CHECK(past.reason(cmd) == "the amount is not the one of the submission");
  auto submission = history{}.next("A_SUBMITTED");
  submission.amount = 0;
  CHECK(history{}.reason(submission) == "");
  submission.amount = -1;
  CHECK(history{}.reason(submission) == "the amount is below 0");
}

TEST_CASE("an unknown activity or transition is rejected by name") {
  CHECK(history{submitted}.reason("A_RETURNED") == "unknown activity 'A_RETURNED'");
  CHECK(history{submitted}.reason("") == "unknown activity ''");
  CHECK(history{submitted}.reason("a_preaccepted") == "unknown activity 'a_preaccepted'");
  CHECK(history{submitted}.reason("A_PREACCEPTED", "SUSPEND") == "unknown transition 'SUSPEND'");
}

TEST_CASE("only work is scheduled and started") {
  for (auto transition : {"SCHEDULE", "START"}) {
    CHECK(history{}.reason("A_SUBMITTED", transition) == "only work is scheduled and started");
    CHECK(history{submitted}.reason("A_DECLINED", transition)
          == "only work is scheduled and started");
    CHECK(accepted().reason("O_SELECTED", transition) == "only work is scheduled and started");
  }
}

TEST_CASE("the steps of an application come in order, each once") {
  CHECK(history{submitted}.reason("A_ACCEPTED") == "it is not preaccepted yet");
  CHECK(history{submitted}.reason("A_FINALIZED") == "it is not accepted yet");
  CHECK(history{"A_SUBMITTED"}.reason("A_PREACCEPTED") == "it is not partly submitted yet");
  CHECK(accepted().reason("A_ACCEPTED") == "the application has had this step");
}

TEST_CASE("an application has one outcome only") {
  for (auto first : {"A_DECLINED", "A_CANCELLED", "A_APPROVED"}) {
    auto decided = with_offer_sent().then("O_SENT_BACK").then(first);
    for (auto second : {"A_DECLINED", "A_CANCELLED", "A_APPROVED"})
      CHECK(decided.reason(second) == "the application has an outcome");
  }
  CHECK(history{submitted}.then("A_DECLINED").reason("A_PREACCEPTED")
        == "the application is decided");
}

TEST_CASE("a loan is approved and paid out only on an offer that was sent back") {
  for (auto step : {"A_APPROVED", "A_REGISTERED", "A_ACTIVATED"}) {
    CHECK(with_offer_sent().reason(step) == "no offer has been sent back");
    CHECK(with_offer_sent().then("O_SENT_BACK").reason(step) == "");
  }
}

TEST_CASE("what is declined or cancelled is not paid out, what is paid out not declined") {
  auto sent_back = with_offer_sent().then("O_SENT_BACK");
  for (auto step : {"A_REGISTERED", "A_ACTIVATED"})
    CHECK(history{sent_back}.then("A_CANCELLED").reason(step)
          == "the application was cancelled or declined");
  for (auto step : {"A_REGISTERED", "A_ACTIVATED", "O_ACCEPTED"})
    CHECK(history{sent_back}.then(step).reason("A_DECLINED") == "the loan is accepted or paid out");
}

TEST_CASE("nothing of the offer kind happens before an offer exists") {
  CHECK(history{submitted}.reason("O_SELECTED") == "no offer before the application is accepted");
  for (auto step :
       {"O_CREATED", "O_SENT", "O_SENT_BACK", "O_ACCEPTED", "O_CANCELLED", "O_DECLINED"}) {
    CHECK(history{submitted}.reason(step) == "there is no offer yet");
    CHECK(accepted().reason(step) == "there is no offer yet");
  }
}

TEST_CASE("an offer is selected, created, sent, and only then answered") {
  auto selected = accepted().then("O_SELECTED");
  CHECK(selected.reason("O_SELECTED") == "the offer before is not created yet");
  CHECK(selected.reason("O_SENT") == "no offer is created");
  CHECK(history{selected}.then("O_CREATED").reason("O_CREATED") == "no offer is selected");
  CHECK(history{selected}.then("O_CREATED").reason("O_SENT_BACK") == "no offer is open");
  CHECK(with_offer_sent().reason("O_ACCEPTED") == "no offer has been sent back");
  CHECK(with_offer_sent().then("O_SENT_BACK").reason("O_ACCEPTED") == "");
  CHECK(with_offer_sent().then("O_CANCELLED").reason("O_CANCELLED") == "no offer is open");
  CHECK(with_offer_sent().then("O_DECLINED").reason("O_SENT_BACK") == "no offer is open");
}

TEST_CASE("offers end as their application did, and no new one is made") {
  auto cancelled = with_offer_sent().then("A_CANCELLED");
  CHECK(cancelled.reason("O_DECLINED") == "the application has ended in another way");
  CHECK(cancelled.reason("O_CANCELLED") == "");
  CHECK(cancelled.reason("O_SELECTED") == "no new offer once the application is decided");
  auto approved = with_offer_sent().then("O_SENT_BACK").then("A_APPROVED");
  CHECK(approved.reason("O_CANCELLED") == "the application has ended in another way");
  CHECK(approved.reason("O_ACCEPTED") == "");
}

TEST_CASE("work is scheduled before it is started or completed") {
  const history past{submitted};
  CHECK(past.reason("W_Afhandelen leads", "START") == "this work is not scheduled");
  auto scheduled = history{past}.then("W_Afhandelen leads", "SCHEDULE");
  CHECK(scheduled.reason("W_Afhandelen leads", "START") == "");
  CHECK(scheduled.reason("W_Valideren aanvraag", "START") == "this work is not scheduled");
  CHECK(history{"A_SUBMITTED"}.reason("W_Afhandelen leads", "SCHEDULE")
        == "it is not partly submitted yet");
  CHECK(scheduled.then("A_DECLINED").reason("W_Beoordelen fraude", "SCHEDULE")
        == "no new work on what was cancelled or declined");
}
