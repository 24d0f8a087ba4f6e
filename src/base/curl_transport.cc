#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "base/check.h"
#include "base/curl_exchange.h"
#include "base/sync.h"

namespace hm {

namespace {

constexpr size_t kMaxIdleHandles = 256;
// libcurl's own timers wake the loop earlier; this only bounds a wake-up that was lost.
constexpr int kPollMs = 1000;

void init_curl_once() {
  static std::once_flag once;
  std::call_once(once, [] { HM_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); });
}

Error cancelled_error(const char* why) { return make_error(ErrorKind::cancelled, "cancelled", why); }

using Steady = CurlExchange::Steady;

class CurlTransport final : public HttpTransport {
 public:
  explicit CurlTransport(CurlOptions options) : options_(std::move(options)) {
    init_curl_once();
    if (options_.ca_bundle.empty()) {
      if (const auto* about = curl_version_info(CURLVERSION_NOW); about->cainfo) {
        options_.ca_bundle = about->cainfo;
      }
    }
    multi_ = curl_multi_init();
    HM_CHECK(multi_ != nullptr);
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, options_.max_connections_per_host);
    curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, options_.max_connections);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, options_.max_connections);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }

  ~CurlTransport() override {
    thread_.request_stop();
    curl_multi_wakeup(multi_);
    thread_.join();
    for (CURL* easy : idle_) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi_);
  }

  void start(HttpRequest request, Done done) override {
    if (auto checked = check_request(request); !checked) return done(std::move(checked.error()));
    const bool queued = inbox_.with([&](Inbox& inbox) {
      if (inbox.closed || inbox.open >= options_.max_requests) return false;
      inbox.open += 1;
      inbox.arrived.push_back(std::make_unique<CurlExchange>(std::move(request), std::move(done)));
      return true;
    });
    if (!queued) {
      return done(make_error(ErrorKind::exhausted, "too_many_requests",
                             "more HTTP requests under way than " + std::to_string(options_.max_requests))
                      .note("sent", "no"));
    }
    curl_multi_wakeup(multi_);
  }

 private:
  struct Inbox {
    std::vector<std::unique_ptr<CurlExchange>> arrived;
    std::vector<uint64_t> stopped;
    size_t open = 0;  // arrived and not finished
    bool closed = false;
  };

  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::vector<std::unique_ptr<CurlExchange>> arrived;
      std::vector<uint64_t> stopped;
      inbox_.with([&](Inbox& inbox) {
        arrived.swap(inbox.arrived);
        stopped.swap(inbox.stopped);
      });
      for (auto& exchange : arrived) add(std::move(exchange));
      for (const uint64_t id : stopped) drop(id, "stopped by the caller");
      int running = 0;
      curl_multi_perform(multi_, &running);
      reap();
      drop_silent();
      curl_multi_poll(multi_, nullptr, 0, poll_ms(), nullptr);
    }
    shut_down();
  }

  void add(std::unique_ptr<CurlExchange> exchange) {
    if (exchange->request().stop.stop_requested()) {
      exchange->fail(cancelled_error("stopped by the caller"));
      return forget_one();
    }
    CURL* easy = take_handle();
    exchange->prepare(easy, options_);
    const uint64_t id = next_id_++;
    if (exchange->request().stop.stop_possible()) {
      exchange->on_stop([this, id] {
        inbox_.with([id](Inbox& inbox) { inbox.stopped.push_back(id); });
        curl_multi_wakeup(multi_);
      });
    }
    ids_[easy] = id;
    active_[id] = std::move(exchange);
    next_look_ = std::min(next_look_, active_[id]->deadline(Steady::now()));
    HM_CHECK(curl_multi_add_handle(multi_, easy) == CURLM_OK);
  }

  void reap() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;  // the message dies with the handle's removal
      auto exchange = remove(ids_.at(message->easy_handle));
      exchange->finish(code);
      forget_one();
    }
  }

  // Deadlines only move on, so nobody is late before the earliest of those that were seen at the last look.
  void drop_silent() {
    const auto now = Steady::now();
    if (now < next_look_) return;
    next_look_ = Steady::time_point::max();
    std::vector<uint64_t> silent;
    for (const auto& [id, exchange] : active_) {
      const auto deadline = exchange->deadline(now);
      if (deadline <= now) silent.push_back(id);
      next_look_ = std::min(next_look_, deadline);
    }
    for (const uint64_t id : silent) {
      remove(id)->fail_as_silent();
      forget_one();
    }
  }

  int poll_ms() const {
    const auto now = Steady::now();
    if (next_look_ >= now + std::chrono::milliseconds(kPollMs)) return kPollMs;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_look_ - now).count();
    return static_cast<int>(std::max<int64_t>(left, 0));
  }

  void drop(uint64_t id, const char* why) {
    if (!active_.contains(id)) return;  // it finished meanwhile
    remove(id)->fail(cancelled_error(why));
    forget_one();
  }

  std::unique_ptr<CurlExchange> remove(uint64_t id) {
    auto node = active_.extract(id);
    auto exchange = std::move(node.mapped());
    CURL* easy = exchange->easy();
    curl_multi_remove_handle(multi_, easy);
    ids_.erase(easy);
    if (idle_.size() < kMaxIdleHandles) {
      curl_easy_reset(easy);
      idle_.push_back(easy);
    } else {
      curl_easy_cleanup(easy);
    }
    return exchange;
  }

  CURL* take_handle() {
    if (idle_.empty()) {
      CURL* easy = curl_easy_init();
      HM_CHECK(easy != nullptr);
      return easy;
    }
    CURL* easy = idle_.back();
    idle_.pop_back();
    return easy;
  }

  void forget_one() {
    inbox_.with([](Inbox& inbox) { inbox.open -= 1; });
  }

  void shut_down() {
    std::vector<std::unique_ptr<CurlExchange>> arrived;
    inbox_.with([&](Inbox& inbox) {
      inbox.closed = true;
      arrived.swap(inbox.arrived);
    });
    for (auto& exchange : arrived) exchange->fail(cancelled_error("the program is stopping"));
    while (!active_.empty()) drop(active_.begin()->first, "the program is stopping");
  }

  CurlOptions options_;
  CURLM* multi_ = nullptr;
  Synced<Inbox> inbox_;
  // All below belong to the thread alone.
  std::map<uint64_t, std::unique_ptr<CurlExchange>> active_;
  std::map<CURL*, uint64_t> ids_;
  std::vector<CURL*> idle_;
  uint64_t next_id_ = 1;
  Steady::time_point next_look_ = Steady::time_point::max();  // at who has been silent for too long
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<HttpTransport> make_curl_transport(CurlOptions options) {
  return std::make_unique<CurlTransport>(std::move(options));
}

}  // namespace hm
