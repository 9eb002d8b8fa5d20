#include <annals/messages/envelope.hpp>

#include <annals/messages/ids.hpp>

#include <catch2/catch.hpp>

using namespace annals;

namespace {

recorded_event some_event() {
  recorded_event event;
  event.id = *parse_uuid("01890a5d-ac96-774b-bcce-b302099a8057");
  event.type = "bank.money_deposited";
  event.schema_version = 2;
  event.time = *parse_rfc3339("2011-10-01T06:08:58.256001Z");
  event.correlation_id = *parse_uuid("01890a5d-ac96-774b-bcce-b302099a8058");
  event.metadata = R"({"by": "Ann"})";
  event.payload = R"({"cents": 9223372036854775807, "note":"a\u0007b"})";
  event.stream = "bank.account-acc-1";
  event.version = 3;
  event.position = 17;
  return event;
}

std::string written(const recorded_event& event) {
  std::string text;
  append_envelope(text, event).value();
  return text;
}

std::string why_not(std::string_view text) {
  auto event = parse_envelope(text);
  REQUIRE(event.has_error());
  CHECK(event.error().code == errc::undecodable);
  return event.error().message;
}

// The envelope above with one member's text replaced.
std::string changed(std::string_view from, std::string_view to) {
  auto text = written(some_event());
  auto at = text.find(from);
  REQUIRE(at != text.npos);
  return text.replace(at, from.size(), to);
}

} // namespace

TEST_CASE("an envelope has the members of the design, the payload byte for byte") {
  CHECK(written(some_event())
        == R"({"id":"01890a5d-ac96-774b-bcce-b302099a8057",)"
           R"("correlationID":"01890a5d-ac96-774b-bcce-b302099a8058","causationID":null,)"
           R"("sourceID":"bank.account-acc-1","version":3,"position":17,)"
           R"("eventType":"bank.money_deposited","schemaVersion":2,)"
           R"("time":"2011-10-01T06:08:58.256001Z","metadata":{"by": "Ann"},)"
           R"("event":{"cents": 9223372036854775807, "note":"a\u0007b"}})");
}

TEST_CASE("an envelope that was written reads as the same event") {
  auto event = some_event();
  CHECK((parse_envelope(written(event)).value() == event));
  event.metadata.clear();
  event.causation_id = make_id();
  event.stream = "bank.account-Zoë \"the\" 'first'/x-1";
  event.payload = R"(["}",{"a":"\\\""},[],null , -1.50])";
  CHECK((parse_envelope(written(event)).value() == event));
}

TEST_CASE("an envelope has the digest of the command where it is known, and may lack it") {
  auto event = some_event();
  event.command_digest = 0xf000'0000'0000'00abULL;
  auto text = written(event);
  CHECK_THAT(text, Catch::Contains(R"("causationID":null,"commandDigest":"f0000000000000ab",)"));
  CHECK((parse_envelope(text).value() == event));
  event.command_digest = 1;
  CHECK((parse_envelope(written(event)).value() == event));
  CHECK(parse_envelope(written(some_event())).value().command_digest == 0);
}

TEST_CASE("a digest that is anything but 16 lower-case hexadecimal digits is refused") {
  for (const auto* digest : {R"("")", R"("ab")", R"("F0000000000000AB")", R"("0x000000000000ab")",
                             R"("00000000000000000ab")", R"("f0000000000000a ")", "171", "null"})
    CHECK_THAT(why_not(changed(R"("sourceID")",
                               R"("commandDigest":)" + std::string{digest} + R"(,"sourceID")")),
               Catch::Contains("envelope.commandDigest"));
}

TEST_CASE("members may stand in any order with space between them, and keys may be escaped") {
  auto event = some_event();
  auto text =
      "  {\"event\" : " + event.payload + " ,\n \"v\\u0065rsion\":3, \"time\":"
      + R"("2011-10-01T08:08:58.256001+02:00","sourceID":"bank.account-acc-1",)"
      + R"("eventType":"bank.money_deposited","id":"01890A5D-AC96-774B-BCCE-B302099A8057"})";
  auto read = parse_envelope(text).value();
  CHECK(read.payload == event.payload);
  CHECK(read.version == 3);
  CHECK(read.time == event.time);
  CHECK(read.id == event.id);
  CHECK(read.schema_version == 1);
  CHECK(read.position == 0);
  CHECK(read.correlation_id.is_nil());
}

TEST_CASE("an end of line between the tokens of a payload does not break the line") {
  auto event = some_event();
  event.payload = "{\n  \"cents\": 1\r\n}";
  CHECK(written(event).find_first_of("\r\n") == std::string::npos);
  CHECK(parse_envelope(written(event)).value().payload == "{   \"cents\": 1  }");
}

TEST_CASE("what is stored but is no JSON is refused with type, stream and position") {
  auto event = some_event();
  event.payload = R"({"cents":)";
  std::string text = "kept";
  auto answer = append_envelope(text, event);
  REQUIRE(answer.has_error());
  CHECK(text == "kept");
  CHECK(answer.error().code == errc::undecodable);
  CHECK_THAT(answer.error().message, Catch::Contains("bank.money_deposited")
                                         && Catch::Contains("'bank.account-acc-1'")
                                         && Catch::Contains("position 17"));
  event = some_event();
  event.metadata = "[1]";
  CHECK(append_envelope(text, event).has_error());
  event = some_event();
  event.stream = "bank.account-\xff";
  CHECK(append_envelope(text, event).has_error());
}

TEST_CASE("a broken envelope is refused with the member and what was found there") {
  using Catch::Contains;
  CHECK_THAT(why_not(""), Contains("not JSON"));
  CHECK_THAT(why_not("[]"), Contains("expected an object, found '[]'"));
  auto whole = written(some_event());
  CHECK_THAT(why_not(whole.substr(0, whole.size() / 2)), Contains("not JSON"));
  CHECK_THAT(why_not(changed("\"version\":3", "\"version\":\"3\"")),
             Contains("envelope.version") && Contains("the string '3'"));
  CHECK_THAT(why_not(changed("\"version\":3", "\"version\":0")), Contains("found 0"));
  CHECK_THAT(why_not(changed("\"version\":3", "\"version\":3.5")), Contains("3.5E0"));
  CHECK_THAT(why_not(changed("\"version\":3,", "")), Contains("envelope.version: the member is"));
  CHECK_THAT(why_not(changed("\"version\":3", "\"position\":3")), Contains("twice"));
  CHECK_THAT(why_not(changed("\"version\"", "\"Version\"")), Contains("'Version'"));
  CHECK_THAT(why_not(changed("01890a5d", "0189")), Contains("envelope.id"));
  CHECK_THAT(why_not(changed("\"2011-", "\"11-")), Contains("envelope.time"));
  CHECK_THAT(why_not(changed("bank.money", "bank money")), Contains("envelope.eventType"));
  CHECK_THAT(why_not(changed("{\"by\": \"Ann\"}", "7")), Contains("envelope.metadata"));
}

TEST_CASE("a stream name needs a type, and an id that an instance may have") {
  using Catch::Contains;
  auto with_stream = [](std::string_view name) { return changed("bank.account-acc-1", name); };
  CHECK_THAT(why_not(with_stream("bank.account-")), Contains("sourceID") && Contains("empty"));
  CHECK_THAT(why_not(with_stream("bank.account")), Contains("'-'"));
  CHECK_THAT(why_not(with_stream("-x")), Contains("aggregate type"));
  CHECK_THAT(why_not(with_stream("a-" + std::string(10'000, 'x'))), Contains("10000 bytes"));
  CHECK_THAT(why_not(with_stream("a-x\\ny")), Contains("control character"));
  CHECK_THAT(why_not(with_stream("a-x\\u0000y")), Contains("control character"));
  CHECK(parse_envelope(with_stream("a-x/y 'z' é")).has_value());
}
