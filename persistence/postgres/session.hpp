#pragma once

#include <annals/persistence/postgres/connection.hpp>
#include <annals/persistence/postgres/server_failure.hpp>

#include <chrono>
#include <memory>
#include <optional>

namespace annals::postgres {

/// A connection that is made again when it is lost.
class session {
public:
  /// `first` may be null: then the first call connects. `where` must outlive it.
  explicit session(const settings& where, std::unique_ptr<connection> first = nullptr)
      : where_{where}, db_{std::move(first)} {}

  /// Runs `body` with a connection, again and again with a growing pause while connections are lost
  /// or cannot be made, for as long as `settings::reconnect_timeout` says. `body` must be good to
  /// run again. Throws `annals::error`.
  template <class Body>
  auto keep_trying(Body body) {
    patience left{where_};
    for (;;) {
      try {
        return body(connected());
      } catch (const connection_lost&) {
        drop();
        if (!left.wait())
          throw;
      }
    }
  }

  const settings& where() const noexcept { return where_; }

private:
  // How long to go on, counted from the first loss, and how long to wait before each attempt.
  class patience {
  public:
    explicit patience(const settings& where) : where_{where} {}
    bool wait();

  private:
    const settings& where_;
    std::chrono::milliseconds next_{0};
    std::optional<std::chrono::steady_clock::time_point> end_;
  };

  connection& connected();
  void drop() noexcept;
  void end_lost_one(connection& db);

  const settings& where_;
  std::unique_ptr<connection> db_;
  session_name lost_;
};

} // namespace annals::postgres
