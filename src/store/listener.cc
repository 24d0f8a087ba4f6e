#include "store/listener.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/check.h"
#include "store/postgres.h"

namespace hm::store {
namespace {

// How long to wait before connecting again, doubled at each failure.
constexpr int kFirstPauseMs = 250;
constexpr int kLongestPauseMs = 15'000;

bool run_sql(PGconn* connection, const std::string& sql, ExecStatusType expected) {
  PGresult* answer = PQexec(connection, sql.c_str());
  const bool good = PQresultStatus(answer) == expected;
  PQclear(answer);
  return good;
}

}  // namespace

Listener::Listener(std::string url, bool server, Callbacks callbacks)
    : url_(std::move(url)),
      server_(server),
      callbacks_(std::move(callbacks)),
      wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  HM_CHECK(wake_fd_ >= 0);
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Listener::~Listener() {
  thread_.request_stop();
  const uint64_t one = 1;
  HM_CHECK(write(wake_fd_, &one, sizeof(one)) == sizeof(one));
  thread_.join();
  close(wake_fd_);
}

void Listener::run(const std::stop_token& stop) {
  int pause_ms = kFirstPauseMs;
  while (!stop.stop_requested()) {
    pause_ms = listen(stop) ? kFirstPauseMs : std::min(pause_ms * 2, kLongestPauseMs);
    if (!stop.stop_requested()) static_cast<void>(wait_readable(-1, pause_ms));
  }
}

bool Listener::wait_readable(int socket, int limit_ms) const {
  pollfd waited[2] = {{wake_fd_, POLLIN, 0}, {socket, POLLIN, 0}};
  return poll(waited, socket < 0 ? 1 : 2, limit_ms) > 0 && waited[1].revents != 0;
}

bool Listener::listen(const std::stop_token& stop) {
  auto connection = connect_postgres(url_);
  if (!connection.has_value()) return false;
  PGconn* raw = connection->get();
  bool listening = run_sql(raw, "listen " + std::string(kChangeChannel), PGRES_COMMAND_OK);
  if (server_)
    listening = listening && run_sql(raw, "select pg_advisory_lock_shared(" + std::string(kServerKey) + ")",
                                     PGRES_TUPLES_OK);
  if (listening) callbacks_.connected();
  while (listening && !stop.stop_requested()) {
    static_cast<void>(wait_readable(PQsocket(raw), -1));
    if (PQconsumeInput(raw) == 0) break;
    while (PGnotify* notice = PQnotifies(raw)) {
      int64_t seq = 0;
      std::from_chars(notice->extra, notice->extra + std::strlen(notice->extra), seq);
      PQfreemem(notice);
      callbacks_.heard(seq);
    }
  }
  return listening;
}

}  // namespace hm::store
