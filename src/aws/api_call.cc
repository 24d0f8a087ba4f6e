#include "aws/api_call.h"

#include <algorithm>
#include <cstring>

#include "aws/checksum.h"
#include "aws/meter.h"
#include "aws/protocol.h"
#include "aws/quirks.h"
#include "base/crypto.h"
#include "base/log.h"

namespace hm::aws {

namespace {

constexpr size_t kMaxDiscovered = 10000;

double random_share() {
  uint32_t number = 0;
  std::memcpy(&number, random_bytes(sizeof number).data(), sizeof number);
  return number / 4294967296.0;
}

// Without a password that stands in it, and without a query, which may hold a signature.
std::string shown_url(std::string_view url) {
  url = url.substr(0, url.find('?'));
  const auto host = url.find("://");
  if (host == std::string_view::npos) return std::string(url);
  const std::string_view authority = url.substr(host + 3, url.find('/', host + 3) - (host + 3));
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) return std::string(url);
  return std::string(url.substr(0, host + 3)) + std::string(url.substr(host + 3 + at + 1));
}

}  // namespace

std::shared_ptr<CallState::Place> CallState::place(const std::string& account, const Service& service,
                                                   const std::string& region) {
  const std::string key = account + "|" + std::string(service.name()) + "|" + region;
  return places.with([&](auto& all) {
    if (const auto found = all.find(key); found != all.end()) return found->second;
    if (all.size() >= kMaxPlaces) all.clear();
    return all[key] = std::make_shared<Place>();
  });
}

ApiCall::ApiCall(CallState& state, const Service& service, const Operation& operation, const Json& params,
                 const Target& target, const CallOptions& options)
    : state_(state),
      service_(service),
      operation_(operation),
      params_(params),
      target_(target),
      options_(options),
      rules_(state.options.retries_of_2026 ? RetryRules::of_2026(service) : RetryRules()),
      max_attempts_(std::max(
          1, options.max_attempts.value_or(state.options.max_attempts.value_or(rules_.max_attempts)))),
      invocation_id_(random_uuid()),
      region_(target.region),
      account_id_(target.account_id) {
  if (has_buckets(service_)) bucket_ = member_text(params_, "Bucket");
  if (!bucket_.empty()) region_ = state_.bucket_regions.find(bucket_).value_or(region_);
  place_ = state_.place(account_id_, service_, region_);
}

Result<Json> ApiCall::run() {
  for (attempt_ = 1;; ++attempt_) {
    auto answer = attempt();
    heed(answer);
    if (answer.has_value()) {
      place_->quota.give(quota_taken_ > 0 ? quota_taken_ : 1);
      return answer;
    }
    Error error = describe(std::move(answer.error()));
    auto again = retries_after(error);
    if (!again.has_value()) return describe(std::move(again.error()));
    if (!*again) return gave_up_ ? describe(std::move(error)) : error;
  }
}

// The adaptive mode measures every answer, the good ones too: they are what its rate grows by.
void ApiCall::heed(const Result<Json>& answer) {
  if (!state_.options.adaptive || !sent_) return;
  const bool throttled = !answer.has_value() && classify(answer.error(), operation_) == Failure::throttled;
  place_->adaptive_rate.on_answer(throttled, state_.clock.now());
}

Status ApiCall::prepare() {
  std::string account;
  std::optional<Error> missing;
  if (options_.sign && target_.credentials) {
    // Some endpoints carry the account that the credentials belong to.
    if (auto found = credentials()) {
      account = found->account_id;
    } else {
      missing = std::move(found.error());
    }
  }
  if (account_id_.empty()) account_id_ = account;
  RequestOptions options;
  options.user_agent = state_.options.user_agent;
  options.endpoint.region = region_;
  options.endpoint.use_fips = target_.use_fips;
  options.endpoint.use_dualstack = target_.use_dualstack;
  options.endpoint.account_id = account;
  options.endpoint.sign = options_.sign;
  options.endpoint.endpoint_url = target_.endpoint_url;
  if (target_.endpoint_url.empty() && state_.options.configured_endpoint) {
    options.endpoint.endpoint_url = state_.options.configured_endpoint(service_.service_id());
  }
  options.endpoint.account_id_mode = options_.sign ? state_.options.account_id_endpoint_mode : "disabled";
  options.sign_s3_payload = state_.options.s3.sign_payload;
  options.add_checksums = state_.options.add_checksums;
  options.check_answers = state_.options.check_answers;
  apply_s3_options(service_, params_, state_.options.s3, options.endpoint);
  if (operation_.endpoint_discovery_required() && options.endpoint.endpoint_url.empty() && !missing) {
    HM_TRY(options.endpoint.endpoint_url, discover_endpoint(account));
  }
  HM_TRY(prepared_, state_.builder.prepare(service_, operation_, params_, options));
  // Asking again would only fail again: what is wrong with the parameters was said first, and that is all.
  if (missing && prepared_->sign) return std::move(*missing);
  credentials_failed_ = false;
  prepared_->http.headers.set("amz-sdk-invocation-id", invocation_id_);
  prepared_->http.connect_timeout = state_.options.connect_timeout;
  prepared_->http.timeout = options_.read_timeout.value_or(state_.options.read_timeout);
  prepared_->http.stop = options_.stop;
  return ok();
}

Result<std::string> ApiCall::discover_endpoint(const std::string& account) {
  const std::string key = account + "|" + region_ + "|" + std::string(service_.name());
  const Time now = state_.clock.now();
  std::string known = state_.discovered.with([&](auto& all) {
    const auto found = all.find(key);
    return found != all.end() && found->second.expires_at > now ? found->second.url : std::string();
  });
  if (!known.empty()) return known;
  const auto describe = service_.find("DescribeEndpoints");
  if (!describe) return make_error(ErrorKind::internal, "no_discovery", "the model has no DescribeEndpoints");
  const Json nothing = JsonObject();
  HM_TRY(const Json answer, ApiCall(state_, service_, *describe, nothing, target_, options_).run());
  const Json* endpoints = member(answer, "Endpoints");
  if (!endpoints || !endpoints->is_array() || endpoints->get_array().empty()) {
    return make_error(ErrorKind::unavailable, "no_endpoint", "AWS named no endpoint for the account");
  }
  const Json& first = endpoints->get_array()[0];
  const Json* minutes = member(first, "CachePeriodInMinutes");
  constexpr int64_t kMostMinutes = 24 * 60;
  const int64_t period =
      minutes && minutes->is_int64() ? std::clamp<int64_t>(minutes->get_int64(), 1, kMostMinutes) : 1;
  CallState::Discovered found{"https://" + std::string(member_text(first, "Address")),
                              now + std::chrono::minutes(period)};
  state_.discovered.with([&](auto& all) {
    if (all.size() >= kMaxDiscovered) all.clear();
    all[key] = found;
  });
  return found.url;
}

Status ApiCall::wait(Micros duration) {
  if (duration > Micros(0)) state_.clock.sleep_for(duration, options_.stop);
  if (!options_.stop.stop_requested()) return ok();
  return make_error(ErrorKind::cancelled, "cancelled", "stopped by the caller");
}

Result<Credentials> ApiCall::credentials() {
  credentials_failed_ = true;
  if (!target_.credentials) {
    return make_error(ErrorKind::denied, "no_credentials", "no credentials are configured");
  }
  HM_TRY(Credentials found, target_.credentials->get());
  credentials_failed_ = false;
  return found;
}

Status ApiCall::pace() {
  HM_DO(
      wait(state_.rate_limit.take(account_id_, region_, service_, operation_, params_, state_.clock.now())));
  return state_.options.adaptive ? wait(place_->adaptive_rate.acquire(state_.clock.now())) : ok();
}

Result<Json> ApiCall::attempt() {
  answer_headers_ = {};
  sent_ = false;
  if (!prepared_) HM_DO(prepare());
  HM_DO(pace());
  // Anew for every attempt, and after the pause, in which they may have run out. Without them nothing is
  // sent, so nothing is metered.
  Credentials signer;
  const bool sign = prepared_->sign && options_.sign;
  if (sign) {
    HM_TRY(signer, credentials());
    signed_with_ = signer.access_key_id;
  }
  if (state_.meter) {
    HM_DO(
        state_.meter->before({account_id_, region_, service_.name(), operation_.name(), params_, attempt_}));
  }
  prepared_->http.headers.set(
      "amz-sdk-request", "attempt=" + std::to_string(attempt_) + "; max=" + std::to_string(max_attempts_));
  signed_at_ = state_.now();
  HttpRequest request =
      sign ? signed_request(*prepared_, state_.signer, signer, signed_at_) : prepared_->http;
  if (options_.trace) trace_request(request);
  sent_ = true;
  HM_TRY(HttpResponse response, state_.transport.send(std::move(request)));
  if (options_.trace) trace_answer(response);
  return understand(std::move(response));
}

Result<Json> ApiCall::understand(HttpResponse response) {
  answer_headers_ = response.headers;
  const bool asked = state_.options.check_answers || member(params_, operation_.checksum_mode_member());
  HM_DO(check_response_checksum(operation_, asked, response));
  if (hides_error(service_, operation_, response)) response.status = 500;
  std::string body;
  if (wants_body(service_, operation_)) body = response.body;
  auto parsed = parse(service_, operation_, std::move(response));
  if (!parsed.has_value()) return std::move(parsed.error());
  Json document = std::move(*parsed);
  amend_document(service_, operation_, params_, answer_headers_, body, document);
  return document;
}

Result<bool> ApiCall::retries_after(const Error& error) {
  if (!prepared_ || credentials_failed_ || options_.stop.stop_requested()) return false;
  if (error.code == "budget_exceeded" || error.kind == ErrorKind::cancelled) return false;
  const Failure failure = classify(error, operation_);
  if (corrects_itself(error, failure)) {
    --attempt_;
    return true;
  }
  const bool passing =
      failure == Failure::throttled || failure == Failure::transient || failure == Failure::timeout;
  if (!passing) return false;
  if (attempt_ >= max_attempts_) {
    gave_up_ = attempt_ > 1;
    return false;
  }
  if (!safe_to_repeat(operation_) && !surely_not_done(error, failure)) return false;
  return backs_off(failure);
}

Result<bool> ApiCall::backs_off(Failure failure) {
  const int tokens = rules_.tokens(failure);
  const bool granted = place_->quota.take(tokens);
  if (!granted && !(state_.options.retries_of_2026 && long_polls(service_, operation_))) return false;
  HM_DO(wait(rules_.backoff(attempt_ + 1, failure, retry_after(answer_headers_), random_share)));
  if (granted) quota_taken_ = tokens;
  return granted;
}

bool ApiCall::corrects_itself(const Error& error, Failure failure) {
  if (!bucket_.empty() && !bucket_followed_ && is_region_redirect(error, operation_.name()))
    return follows_bucket(error);
  // EC2 says of credentials that ran out what it says of a late request.
  if (failure == Failure::clock_skew) {
    return corrects_clock() || (error.code == "RequestExpired" && renews_credentials());
  }
  return failure == Failure::expired_credentials && renews_credentials();
}

bool ApiCall::renews_credentials() {
  if (credentials_renewed_ || !target_.credentials) return false;
  credentials_renewed_ = true;
  target_.credentials->invalidate(signed_with_);
  return true;
}

// By the time that this attempt was signed with: another call may have corrected the clock meanwhile.
bool ApiCall::corrects_clock() {
  const auto error = clock_error(answer_headers_, signed_at_);
  if (clock_corrected_ || !error) return false;
  clock_corrected_ = true;
  state_.skew_micros = (signed_at_ + *error - state_.clock.now()).count();
  return true;
}

bool ApiCall::follows_bucket(const Error& error) {
  std::string region = redirect_region(answer_headers_, error);
  if (region.empty()) region = ask_bucket_region(bucket_);
  if (region.empty() || region == region_) return false;
  bucket_followed_ = true;
  state_.bucket_regions.learn(bucket_, region);
  region_ = region;
  prepared_.reset();
  return true;
}

// HEAD on the bucket names its region even to those who may not read it.
std::string ApiCall::ask_bucket_region(const std::string& bucket) {
  const auto head = service_.find("HeadBucket");
  if (!head || operation_.name() == head->name()) return {};
  const Json params = JsonObject{{"Bucket", bucket}};
  CallOptions options = options_;
  options.max_attempts = 1;
  ApiCall asking(state_, service_, *head, params, target_, options);
  const auto answer = asking.run();
  if (const std::string* region = asking.answer_headers_.find("x-amz-bucket-region")) return *region;
  return answer.has_value() ? std::string(member_text(*answer, "BucketRegion")) : std::string();
}

Error ApiCall::describe(Error error) const {
  error.notes.insert(
      {{"service", std::string(service_.name())}, {"operation", std::string(operation_.name())}});
  if (!region_.empty()) error.notes.insert({"region", region_});
  if (!account_id_.empty()) error.notes.insert({"account_id", account_id_});
  if (prepared_ && !credentials_failed_) {
    error.notes.insert({"endpoint", shown_url(prepared_->http.url)});
  }
  if (gave_up_) error.notes.insert({"retries", std::to_string(attempt_ - 1)});
  return error;
}

void ApiCall::trace_request(const HttpRequest& request) const {
  std::string line = std::string(service_.name()) + " " + std::string(operation_.name()) + " attempt " +
                     std::to_string(attempt_) + ": " + request.method + " " + shown_url(request.url);
  for (const auto& [name, value] : request.headers) {
    const bool plain = equal_ignoring_case(name, "X-Amz-Target") || equal_ignoring_case(name, "X-Amz-Date") ||
                       equal_ignoring_case(name, "Content-Type") ||
                       equal_ignoring_case(name, "amz-sdk-request");
    if (plain) line.append("; ").append(name).append(": ").append(value);
  }
  log_debug("aws", line + "; body of " + std::to_string(request.body.size()) + " bytes");
}

void ApiCall::trace_answer(const HttpResponse& response) const {
  log_debug("aws", "answer " + std::to_string(response.status) + ", " + std::to_string(response.body.size()) +
                       " bytes of " + std::string(response.headers.get("Content-Type", "nothing")));
}

}  // namespace hm::aws
