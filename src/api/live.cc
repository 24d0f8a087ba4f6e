#include "api/live.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "api/answer.h"
#include "api/request.h"
#include "api/scan_json.h"
#include "base/log.h"
#include "inventory/read.h"
#include "rules/read.h"

namespace hm::api {

namespace {

constexpr int kMostItems = 500;
// Who was away for longer than this many changes loads everything anew, which is cheaper.
constexpr int kMostCatchUp = 20'000;
constexpr std::chrono::seconds kScanEvery{1};
constexpr uint16_t kSessionEnded = 4401;

Json position_message(std::string_view kind, int64_t seq) { return JsonObject{{"kind", kind}, {"seq", seq}}; }

}  // namespace

LiveHub::LiveHub(Services& services, LiveOptions options)
    : services_(services), options_(options), thread_([this](const std::stop_token& stop) { run(stop); }) {}

LiveHub::~LiveHub() { stop(); }

void LiveHub::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  // Let go outside the lock: the last one who has a socket ends it.
  Sockets rest;
  sockets_.with([&](Sockets& sockets) {
    sockets.stopped = true;
    std::swap(static_cast<std::vector<Socket>&>(rest), static_cast<std::vector<Socket>&>(sockets));
  });
}

Result<WebSocketHandler> LiveHub::open(identity::Principal principal,
                                       const std::map<std::string, std::string>& query) {
  int64_t since = -1;
  if (const auto text = query.find("since"); text != query.end()) {
    const char* end = text->second.data() + text->second.size();
    if (std::from_chars(text->second.data(), end, since).ptr != end || text->second.empty() || since < 0) {
      return invalid("since", "since is a sequence number");
    }
  }
  const bool room = sockets_.with([&](const Sockets& sockets) {
    const auto own = std::count_if(sockets.begin(), sockets.end(),
                                   [&](const Socket& one) { return one.principal.name == principal.name; });
    return sockets.size() < options_.max_sockets && static_cast<size_t>(own) < options_.max_sockets_of_one;
  });
  if (!room) {
    return make_error(ErrorKind::unavailable, "too_many_sockets", "too many pages are live: try again later");
  }
  WebSocketHandler handler;
  handler.on_open = [this, principal = std::move(principal), since](std::shared_ptr<WebSocket> socket) {
    const bool taken = sockets_.with([&](Sockets& sockets) {
      if (!sockets.stopped) sockets.push_back({socket, principal, since, false, 0});
      return !sockets.stopped;
    });
    if (!taken) socket->close(1001, "the server is stopping");
    services_.metrics.add("hostmaster_live_sockets", 1);
  };
  handler.on_close = [this](const std::shared_ptr<WebSocket>& socket) {
    sockets_.with([&](Sockets& sockets) {
      std::erase_if(sockets, [&](const Socket& one) { return one.socket == socket; });
    });
    services_.metrics.add("hostmaster_live_sockets", -1);
  };
  return handler;
}

void LiveHub::send(const Socket& socket, const Json& message) {
  socket.socket->send(to_json(message));
  services_.metrics.add("hostmaster_live_messages_total", 1);
}

void LiveHub::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (!positioned_) {
      if (auto last = services_.database.last_change()) {
        position_ = *last;
        positioned_ = true;
      }
    }
    services_.database.wait_for_change(position_, options_.wait, stop);
    if (stop.stop_requested() || !positioned_) continue;
    if (auto followed = follow(stop); !followed) {
      // Said once, and asked no more often than if nothing happened.
      if (!std::exchange(store_away_, true)) log_warning("live", followed.error().text());
      services_.database.wait_for_change(std::numeric_limits<int64_t>::max(), options_.wait, stop);
      continue;
    }
    store_away_ = false;
    greet_new(stop);
    const Time now = services_.clock.now();
    tell_scan(now);
    if (now >= next_beat_) {
      beat();
      next_beat_ = now + options_.heartbeat;
    }
  }
}

Result<JsonArray> LiveHub::visible(const std::vector<store::Change>& changes, const identity::Scope& scope) {
  std::vector<std::string> asked;
  std::vector<std::string> asked_findings;
  for (const store::Change& change : changes) {
    if (change.noun == "resource" && !scope.unlimited()) asked.push_back(change.id);
    if (change.noun == "finding" && !scope.unlimited()) asked_findings.push_back(change.id);
  }
  HM_TRY(const auto allowed, inventory::visible_ids(services_.database, scope, asked));
  HM_TRY(const auto findings, rules::visible_findings(services_.database, scope, asked_findings));
  JsonArray items;
  for (const store::Change& change : changes) {
    bool seen = false;
    if (change.noun == "resource") {
      seen = scope.unlimited() || allowed.contains(change.id);
    } else if (change.noun == "sweep") {
      const auto place = inventory::place_from(change.id);
      seen = place && scope.allows(place->account_id, place->region);
    } else if (change.noun == "trail") {
      const std::string_view id = change.id;  // "111111111111/eu-west-1"
      const size_t slash = std::min(id.find('/'), id.size() - 1);
      seen = scope.allows(id.substr(0, slash), id.substr(slash + 1));
    } else if (change.noun == "finding") {
      seen = scope.unlimited() || std::find(findings.begin(), findings.end(), change.id) != findings.end();
    } else if (change.noun == "rule" || change.noun == "user_rule") {
      seen = true;
    } else if (change.noun == "account") {
      seen = scope.allows_account(change.id);
    }
    if (!seen) continue;
    items.push_back(JsonObject{
        {"seq", change.seq}, {"noun", change.noun}, {"id", change.id}, {"at", format_iso(change.at)}});
  }
  return items;
}

void LiveHub::greet_new(const std::stop_token& stop) {
  // Copied, since sending must not happen under the lock that on_open and on_close take.
  Sockets fresh;
  sockets_.with([&](Sockets& sockets) {
    for (Socket& socket : sockets) {
      if (!socket.greeted) fresh.push_back(socket);
      socket.greeted = true;
    }
  });
  for (Socket& socket : fresh) {
    if (auto greeted = greet(socket, stop); !greeted) {
      log_warning("live", greeted.error().text());
      socket.socket->close(1011, "the store does not answer");
    }
  }
}

Status LiveHub::greet(Socket& socket, const std::stop_token& stop) {
  send(socket,
       JsonObject{{"kind", "hello"}, {"seq", position_}, {"heartbeat_seconds", options_.heartbeat.count()}});
  if (socket.since < 0 || socket.since == position_) return ok();
  if (socket.since > position_ || position_ - socket.since > kMostCatchUp) {
    send(socket, position_message("reset", position_));
    return ok();
  }
  int64_t at = socket.since;
  while (at < position_ && !stop.stop_requested()) {
    auto changes = services_.database.follow(at, kMostItems);
    if (!changes) {
      if (changes.error().code != "trimmed") return std::move(changes.error());
      send(socket, position_message("reset", position_));
      return ok();
    }
    if (changes->empty()) break;
    // What came in meanwhile is told with the next round, to everybody.
    std::erase_if(*changes, [&](const store::Change& change) { return change.seq > position_; });
    if (changes->empty()) break;
    at = changes->back().seq;
    HM_TRY(JsonArray items, visible(*changes, socket.principal.scope));
    send(socket, JsonObject{{"kind", "changes"}, {"seq", at}, {"items", std::move(items)}});
  }
  return ok();
}

Status LiveHub::follow(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    auto changes = services_.database.follow(position_, kMostItems);
    if (!changes) {
      if (changes.error().code != "trimmed") return std::move(changes.error());
      reset_all();
      return ok();
    }
    if (changes->empty()) return ok();
    // Before anything else is told: somebody may see less by now, or nothing.
    if (std::any_of(changes->begin(), changes->end(),
                    [](const auto& change) { return change.noun == "user"; })) {
      HM_DO(check_sockets());
    }
    const Sockets now = sockets_.with([](const Sockets& sockets) { return sockets; });
    const int64_t reached = changes->back().seq;
    // Sockets of the same scope get the same message.
    std::map<identity::Scope, std::string> messages;
    for (const Socket& socket : now) {
      if (!socket.greeted) continue;
      auto found = messages.find(socket.principal.scope);
      if (found == messages.end()) {
        auto items = visible(*changes, socket.principal.scope);
        if (!items) return std::move(items.error());
        found =
            messages
                .emplace(
                    socket.principal.scope,
                    to_json(JsonObject{{"kind", "changes"}, {"seq", reached}, {"items", std::move(*items)}}))
                .first;
      }
      socket.socket->send(found->second);
      services_.metrics.add("hostmaster_live_messages_total", 1);
    }
    position_ = reached;
    services_.metrics.set("hostmaster_change_log_position", reached);
  }
  return ok();
}

void LiveHub::reset_all() {
  auto last = services_.database.last_change();
  if (!last) return;
  position_ = *last;
  const Sockets now = sockets_.with([](const Sockets& sockets) { return sockets; });
  for (const Socket& socket : now) {
    if (socket.greeted) send(socket, position_message("reset", position_));
  }
}

void LiveHub::tell_scan(Time now) {
  if (!services_.scan_progress || now < next_scan_) return;
  next_scan_ = now + kScanEvery;
  const ScanProgress progress = services_.scan_progress();
  const Sockets all = sockets_.with([](const Sockets& sockets) { return sockets; });
  const auto tell = [&](const identity::Scope& scope, std::string& last) {
    std::string text = to_json(JsonObject{{"kind", "scan"}, {"scan", scan_json(progress, scope)}});
    if (text == last) return;
    last = std::move(text);
    for (const Socket& socket : all) {
      if (socket.greeted && socket.principal.scope.unlimited() == scope.unlimited())
        socket.socket->send(last);
    }
  };
  tell(identity::Scope::everything(), last_scan_);
  tell(identity::Scope{std::set<std::string>(), std::nullopt}, last_limited_scan_);
}

Status LiveHub::check_sockets() {
  const Sockets all = sockets_.with([](const Sockets& sockets) { return sockets; });
  for (const Socket& socket : all) {
    const identity::Principal& who = socket.principal;
    HM_TRY(const auto scope, who.via == identity::Via::key ? services_.keys.scope_of(who.credential)
                                                           : services_.sessions.scope_of(who.credential));
    if (!scope) {
      socket.socket->close(kSessionEnded, "the session has ended");
    } else if (*scope != who.scope) {
      sockets_.with([&](Sockets& sockets) {
        for (Socket& one : sockets)
          if (one.socket == socket.socket) one.principal.scope = *scope;
      });
      if (socket.greeted) send(socket, position_message("reset", position_));
    }
  }
  return ok();
}

void LiveHub::beat() {
  if (auto checked = check_sockets(); !checked) log_warning("live", checked.error().text());
  const Sockets all = sockets_.with([](const Sockets& sockets) { return sockets; });
  for (const Socket& socket : all) {
    if (socket.greeted) send(socket, position_message("heartbeat", position_));
  }
}

}  // namespace hm::api
