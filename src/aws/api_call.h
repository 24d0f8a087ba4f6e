// One call with all its attempts: pacing, metering, signing, sending, understanding the answer, deciding on
// another. The state that calls share lives in CallState; an ApiCall lives on the caller's stack.
#pragma once

#include <atomic>

#include "aws/bucket_regions.h"
#include "aws/client.h"
#include "aws/rate_limit.h"
#include "aws/request.h"
#include "aws/retry.h"

namespace hm::aws {

struct CallState {
  CallState(HttpTransport& the_transport, Clock& the_clock, Meter* the_meter, ClientOptions the_options)
      : transport(the_transport),
        clock(the_clock),
        meter(the_meter),
        options(std::move(the_options)),
        builder(endpoints),
        rate_limit(options.rate_share) {}

  Time now() const { return clock.now() + Micros(skew_micros.load()); }
  // What calls to the same place share. AWS throttles by account, and a service may be down in one region
  // alone.
  struct Place {
    RetryQuota quota;
    AdaptiveRate adaptive_rate;  // heeded in the adaptive mode only
  };
  std::shared_ptr<Place> place(const std::string& account, const Service& service, const std::string& region);

  HttpTransport& transport;
  Clock& clock;
  Meter* meter;
  const ClientOptions options;
  EndpointResolver endpoints;
  RequestBuilder builder;
  Signer signer;
  RateLimit rate_limit;
  BucketRegions bucket_regions;
  // Of the services that hand out an endpoint for each account, by account, region and service.
  struct Discovered {
    std::string url;
    Time expires_at{};
  };
  Synced<std::map<std::string, Discovered>> discovered;
  std::atomic<int64_t> skew_micros{0};  // AWS's clock minus ours, once it was found to be off
  // By account, service and region, at most kMaxPlaces; shared, because a call may still use one that was
  // dropped to make room.
  static constexpr size_t kMaxPlaces = 20000;
  Synced<std::map<std::string, std::shared_ptr<Place>>> places;
};

class ApiCall {
 public:
  ApiCall(CallState& state, const Service& service, const Operation& operation, const Json& params,
          const Target& target, const CallOptions& options);
  Result<Json> run();

 private:
  Status prepare();
  Status pace();
  Status wait(Micros duration);
  Result<Credentials> credentials();
  Result<Json> attempt();
  Result<Json> understand(HttpResponse response);
  // Whether another attempt follows; waits for it.
  Result<bool> retries_after(const Error& error);
  // Whether what was wrong on our side is put right: each of these once in a call, and beside its attempts.
  bool corrects_itself(const Error& error, Failure failure);
  bool corrects_clock();
  bool renews_credentials();
  bool follows_bucket(const Error& error);
  Result<bool> backs_off(Failure failure);
  Result<std::string> discover_endpoint(const std::string& account);
  std::string ask_bucket_region(const std::string& bucket);
  void heed(const Result<Json>& answer);
  void trace_request(const HttpRequest& request) const;
  void trace_answer(const HttpResponse& response) const;
  Error describe(Error error) const;

  CallState& state_;
  const Service service_;
  const Operation operation_;
  const Json& params_;
  const Target& target_;
  const CallOptions& options_;
  const RetryRules rules_;
  const int max_attempts_;
  const std::string invocation_id_;
  std::string region_;
  std::string bucket_;
  std::string account_id_;
  std::shared_ptr<CallState::Place> place_;
  std::optional<PreparedRequest> prepared_;
  HttpHeaders answer_headers_;  // of the last attempt
  Time signed_at_{};            // by AWS's clock as far as we knew it
  std::string signed_with_;     // the access key
  bool sent_ = false;           // in the last attempt
  int attempt_ = 0;
  int quota_taken_ = 0;
  bool clock_corrected_ = false;
  bool credentials_renewed_ = false;
  bool bucket_followed_ = false;
  bool gave_up_ = false;             // the last attempt was worth another
  bool credentials_failed_ = false;  // theirs is the error, and whoever fetches them has retried already
};

}  // namespace hm::aws
