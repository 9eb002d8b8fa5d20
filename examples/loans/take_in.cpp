#include "take_in.hpp"

#include "csv_file.hpp"
#include "domain.hpp"
#include "in_flight.hpp"
#include "report.hpp"

#include <annals/actors/node.hpp>
#include <annals/tools/output.hpp>
#include <annals/tools/progress.hpp>

#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

namespace loans {

namespace {

using annals::tools::exit_code;
template <class T = void>
using tool_result = annals::tools::outcome<T>;
using annals::tools::stop_signals;
using annals::tools::tool_failure;

// How long the sender waits before it looks at signals and progress again.
constexpr std::chrono::milliseconds glance{100};
constexpr std::uint64_t rows_between_glances = 1024;

// Sends the rows and keeps count.
class sender {
public:
  sender(annals::node& node, csv_file& file, const take_in_options& options,
         const stop_signals& stop)
      : node_{node}, file_{file}, stop_{stop}, waiting_{options.in_flight} {
    if (options.acknowledge >= 0)
      acknowledgements_.emplace(options.acknowledge, "the file of acknowledgements", stop);
  }

  // All rows, or those before the first reason to stop. Whatever was sent is answered at the end.
  tool_result<> run() {
    auto sent = send_rows();
    while (!waiting_.wait_for_all(glance))
      look_around();
    look_around();
    took_ = progress_.seconds();
    if (auto tally = waiting_.tally(); tally.failed) {
      auto why = tool_failure{tally.failed->second};
      why.message = "line " + std::to_string(tally.failed->first) + ": " + why.message;
      return why;
    }
    return sent.has_value() ? std::exchange(noticed_, {}) : sent;
  }

  totals so_far() const { return {rows_, waiting_.tally(), took_}; }
  std::uint64_t line() const { return file_.line(); }

private:
  tool_result<> send_rows() {
    while (stop_.requested() == 0 && !waiting_.failed() && noticed_.has_value()) {
      auto next = file_.next();
      if (!next)
        return tool_failure{"input", next.error().message, exit_code::failed};
      if (!*next)
        return {};
      make_room();
      send(**next);
      if (++rows_ % rows_between_glances == 0)
        look_around();
    }
    return {};
  }

  void make_room() {
    while (!waiting_.wait_for_room(glance))
      look_around();
  }

  void send(const row& next) {
    const auto sequence = ++sequences_[next.application];
    waiting_.sent();
    node_.ask(to_command(next, sequence), [this, line = file_.line()](const annals::reply& reply) {
      waiting_.replied(line, reply);
    });
  }

  // What is done beside the sending.
  void look_around() {
    progress_.at(rows_, file_.done());
    const auto lines = waiting_.take_acknowledged();
    if (acknowledgements_ && noticed_.has_value())
      noticed_ = acknowledge(lines);
  }

  tool_result<> acknowledge(const std::vector<std::uint64_t>& lines) {
    auto written = write_lines(lines);
    if (!written && written.error().quiet()) // its own word for a reader that went away
      return tool_failure{"output", "nobody reads the acknowledgements any more",
                          exit_code::failed};
    return written;
  }

  tool_result<> write_lines(const std::vector<std::uint64_t>& lines) {
    for (auto line : lines)
      if (auto written = acknowledgements_->line(std::to_string(line)); !written)
        return written;
    return acknowledgements_->flush();
  }

  annals::node& node_;
  csv_file& file_;
  const stop_signals& stop_;
  in_flight waiting_;
  std::optional<annals::tools::output> acknowledgements_;
  // A failure to acknowledge, until the sender gets to it.
  tool_result<> noticed_;
  // How many rows of each application have been read.
  std::unordered_map<std::string, std::uint32_t> sequences_;
  std::uint64_t rows_ = 0;
  double took_ = 0;
  annals::tools::progress progress_{"taking in", annals::tools::progress_style::bar};
};

// Waits until each read model has seen the whole log, or a signal comes.
tool_result<> wait_for_models(annals::node& node, const stop_signals& stop) {
  for (const auto& status : node.projections()) {
    while (stop.requested() == 0) {
      auto reached = node.wait_for(status.name, status.end, glance);
      if (reached)
        break;
      if (reached.error().code != annals::errc::timed_out)
        return tool_failure{reached.error()};
    }
  }
  return {};
}

tool_result<exit_code> settle(annals::node& node, const sender& rows, const stop_signals& stop) {
  if (auto caught_up = wait_for_models(node, stop); !caught_up)
    return caught_up.error();
  if (stop.requested() != 0)
    return tool_failure::interrupted(stop.requested(),
                                     "stopped after line " + std::to_string(rows.line())
                                         + "; what was sent is stored, run it again to go on");
  node.read<outcomes>([](const outcomes& model) { print(model); });
  return rows.so_far().tally.rejected == 0 ? exit_code::done : exit_code::rejected;
}

} // namespace

tool_result<exit_code> take_in(const take_in_options& options, const stop_signals& stop) {
  auto file = csv_file::open(options.csv);
  if (!file)
    return tool_failure{"input", file.error().message, exit_code::failed};
  annals::config settings;
  settings.store = options.store;
  auto node = annals::node::start(domain{}, settings);
  if (!node)
    return tool_failure::opening(node.error());
  sender rows{**node, *file, options, stop};
  auto sent = rows.run();
  print(rows.so_far());
  auto answer =
      sent.has_value() ? settle(**node, rows, stop) : tool_result<exit_code>{sent.error()};
  (*node)->stop();
  return answer;
}

} // namespace loans
