#include "examples/loans/csv_file.hpp"
#include "tests/examples/files.hpp"
#include "tests/persistence/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <zlib.h>

#include <vector>

using namespace loans;
using annals::tests::temporary_folder;
using annals::tests::write_file;

namespace {

const auto first_line = std::string{header} + "\n";
const std::string two_rows = "2011-09-30T22:38:44.546Z,173688,A_SUBMITTED,COMPLETE,112,20000\n"
                             "2011-09-30T22:38:44.880Z,173688,W_Nabellen offertes,START,,20000\n";

struct content {
  std::vector<row> rows;
  std::string error;
};

content read(const std::string& path) {
  content got;
  auto file = csv_file::open(path);
  if (!file) {
    got.error = file.error().message;
    return got;
  }
  for (;;) {
    auto next = file->next();
    if (!next) {
      got.error = next.error().message;
      return got;
    }
    if (!*next)
      return got;
    got.rows.push_back(**next);
  }
}

// What a file of that text gives; in messages its name is "log.csv".
content read_text(std::string_view text) {
  const temporary_folder folder;
  write_file(folder.file("log.csv"), text);
  auto got = read(folder.file("log.csv"));
  if (auto at = got.error.find("log.csv"); at != std::string::npos)
    got.error.erase(0, at);
  return got;
}

std::string compressed(const std::string& text) {
  const temporary_folder folder;
  auto* out = gzopen(folder.file("log").c_str(), "wb");
  gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
  gzclose(out);
  return annals::tests::read_file(folder.file("log"));
}

} // namespace

TEST_CASE("a row has its six columns") {
  auto got = read_text(first_line + two_rows);
  CHECK(got.error == "");
  REQUIRE(got.rows.size() == 2);
  CHECK(annals::to_rfc3339(got.rows[0].time) == "2011-09-30T22:38:44.546Z");
  CHECK(got.rows[0].application == "173688");
  CHECK(got.rows[0].activity == "A_SUBMITTED");
  CHECK(got.rows[0].transition == "COMPLETE");
  CHECK(got.rows[0].resource == "112");
  CHECK(got.rows[0].amount == 20000);
  CHECK(got.rows[1].activity == "W_Nabellen offertes");
  CHECK(got.rows[1].resource == "");
}

TEST_CASE("a compressed file gives the same rows as a plain one") {
  CHECK(read_text(compressed(first_line + two_rows)).rows == read_text(first_line + two_rows).rows);
}

TEST_CASE("line ends may be those of Windows, and fields may be quoted") {
  auto got = read_text(std::string{header} + "\r\n"
                       + "2011-09-30T22:38:44Z,\"1,2\",\"A_SUBMITTED\",COMPLETE,,7\r\n");
  CHECK(got.error == "");
  REQUIRE(got.rows.size() == 1);
  CHECK(got.rows[0].application == "1,2");
  CHECK(got.rows[0].activity == "A_SUBMITTED");
  CHECK(got.rows[0].amount == 7);
}

TEST_CASE("a file with a header alone has no rows") {
  auto got = read_text(first_line);
  CHECK(got.error == "");
  CHECK(got.rows.empty());
}

TEST_CASE("a row that cannot be read is an error with file and line, after the rows before it") {
  auto error_of = [](const std::string& line) {
    auto got = read_text(first_line + two_rows + line + "\n" + two_rows);
    CHECK(got.rows.size() == 2);
    return got.error;
  };
  CHECK(error_of("2011-09-30T22:38:44.546Z,173688,A_SUBM")
        == "log.csv:4: expected 6 columns, found 3; is the row cut short?");
  CHECK(error_of("") == "log.csv:4: expected 6 columns, found 0; is the row cut short?");
  CHECK(error_of("2011-09-30T22:38:44.546Z,1,A,B,C,5,6")
        == "log.csv:4: expected 6 columns, found 7; is the row cut short?");
  CHECK(error_of("yesterday,1,A,B,C,5").starts_with("log.csv:4: column time: "));
  CHECK(error_of("2011-13-30T22:38:44.546Z,1,A,B,C,5").starts_with("log.csv:4: column time: "));
  CHECK(error_of("2011-09-30T22:38:44.546Z,,A,B,C,5").starts_with("log.csv:4: column application"));
  for (auto amount : {"", "x", "5.5", "5 ", "+5", "99999999999999999999"})
    CHECK(error_of(std::string{"2011-09-30T22:38:44.546Z,1,A,B,C,"} + amount)
          == "log.csv:4: column amount: expected a whole number of euros, found '"
                 + std::string{amount} + "'");
  CHECK(error_of("2011-09-30T22:38:44.546Z,\"1,A,B,C,5")
        == "log.csv:4: a quoted field does not end");
  CHECK(error_of(std::string(70'000, 'x')).starts_with("log.csv:4: "));
}

TEST_CASE("a last row without a line end counts as cut short, even if it could be read") {
  auto text = first_line + two_rows;
  text.pop_back();
  auto got = read_text(text);
  CHECK(got.rows.size() == 1);
  CHECK(got.error == "log.csv:3: the last row has no line end; is the file cut short?");
}

TEST_CASE("a compressed file that is cut short gives its rows and then an error") {
  std::string text = first_line;
  for (int i = 0; i < 10'000; ++i)
    text += "2011-09-30T22:38:44.546Z,1,A_SUBMITTED,COMPLETE," + std::to_string(i * i) + ",1\n";
  auto file = compressed(text);
  auto got = read_text(file.substr(0, file.size() / 2));
  CHECK(got.rows.size() > 1000);
  CHECK(got.rows.size() < 9000);
  CHECK(got.error
        == "log.csv:" + std::to_string(got.rows.size() + 2) + ": the compressed file is cut short");
}

TEST_CASE("a compressed file that is damaged is an error") {
  auto file = compressed(first_line + two_rows);
  file[file.size() - 6] ^= 1; // in the checksum
  CHECK_FALSE(read_text(file).error.empty());
}

TEST_CASE("a file that is not the log is refused by its first line") {
  CHECK(read_text("").error
        == "log.csv:1: the file is empty, expected the header " + std::string{header});
  CHECK(read_text("time,application\n").error.ends_with("found 'time,application'"));
  CHECK(read_text(std::string(200'000, 'x')).error
        == "log.csv:1: the line is longer than 64 KiB; is this a CSV file?");
}

TEST_CASE("a file that is not there, or a folder, is named") {
  const temporary_folder folder;
  CHECK(read(folder.file("none.csv"))
            .error.ends_with("none.csv: cannot be opened: No such file or "
                             "directory"));
  CHECK(read(folder.file("")).error.ends_with(": is a folder, not a CSV file"));
}

TEST_CASE("a command's id follows from its row and the row's place in its application") {
  const auto rows = read_text(first_line + two_rows).rows;
  const auto again = read_text(compressed(first_line + two_rows)).rows;
  CHECK(command_id(rows[0], 1) == command_id(again[0], 1));
  CHECK(command_id(rows[0], 1) != command_id(rows[0], 2));
  CHECK(command_id(rows[0], 1) != command_id(rows[1], 1));
  auto other = rows[0];
  other.application += "1";
  CHECK(command_id(rows[0], 1) != command_id(other, 1));
}

TEST_CASE("a row becomes a command to its application") {
  const auto rows = read_text(first_line + two_rows).rows;
  const auto first = to_command(rows[0], 1);
  const auto second = to_command(rows[1], 2);
  CHECK(first.aggregate == "loans.application");
  CHECK(first.id == "173688");
  CHECK(first.body.name() == "record_activity");
  CHECK(first.command_id == command_id(rows[0], 1));
  CHECK(first.correlation_id == second.correlation_id);
  CHECK_FALSE(first.correlation_id.is_nil());
}
