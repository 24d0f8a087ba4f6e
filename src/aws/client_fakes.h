// A client whose network is a script, for the tests of calls.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "aws/client.h"
#include "base/sync.h"

namespace hm::aws {

// Answers in the order given, and keeps what it was sent.
class ScriptedTransport final : public HttpTransport {
 public:
  void start(HttpRequest request, Done done) override {
    if (auto first = std::exchange(before_answer_, nullptr)) first();
    auto answer = state_.with([&](State& state) -> Result<HttpResponse> {
      state.sent.push_back(std::move(request));
      if (state.answers.empty()) {
        return make_error(ErrorKind::unavailable, "script_ended", "no answer left").note("sent", "no");
      }
      auto next = std::move(state.answers.front());
      state.answers.pop_front();
      return next;
    });
    done(std::move(answer));
  }
  void answer(int status, std::string body, HttpHeaders headers = {}) {
    state_.with([&](State& state) {
      HttpResponse response;
      response.status = status;
      response.headers = std::move(headers);
      response.body = std::move(body);
      state.answers.emplace_back(std::move(response));
    });
  }
  void forget_answers() {
    state_.with([](State& state) { state.answers.clear(); });
  }
  // Done once, while the next request is on its way.
  void before_answer(std::function<void()> first) { before_answer_ = std::move(first); }
  void fail(Error error) {
    state_.with([&](State& state) { state.answers.emplace_back(std::move(error)); });
  }
  std::vector<HttpRequest> sent() const {
    return state_.with([](const State& state) { return state.sent; });
  }

 private:
  struct State {
    std::deque<Result<HttpResponse>> answers;
    std::vector<HttpRequest> sent;
  };
  Synced<State> state_;
  std::function<void()> before_answer_;
};

class CountingProvider final : public CredentialProvider {
 public:
  Result<Credentials> get() override {
    Credentials credentials;
    credentials.access_key_id = "AKID" + std::to_string(invalidated);
    credentials.secret_access_key = "secret";
    return credentials;
  }
  void invalidate(std::string_view access_key_id) override {
    if (access_key_id == "AKID" + std::to_string(invalidated)) ++invalidated;
  }
  int invalidated = 0;
};

class ClientTest : public testing::Test {
 protected:
  Result<Json> call(std::string_view service, std::string_view operation, const Json& params = JsonObject(),
                    const CallOptions& options = {}) {
    return client().call(service, operation, params, target(), options);
  }
  Target target() {
    Target target;
    target.credentials = provider_;
    target.account_id = "111111111111";
    target.region = "eu-west-1";
    return target;
  }
  Client& client() {
    if (!client_) client_ = std::make_unique<Client>(transport_, clock_, meter_, options_);
    return *client_;
  }

  ScriptedTransport transport_;
  FakeClock clock_{*parse_iso("2026-11-23T12:00:00Z")};
  std::shared_ptr<CountingProvider> provider_ = std::make_shared<CountingProvider>();
  Meter* meter_ = nullptr;
  ClientOptions options_;
  std::unique_ptr<Client> client_;
};

}  // namespace hm::aws
