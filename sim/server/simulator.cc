#include "sim/server/simulator.h"

#include <algorithm>
#include <cstdlib>

#include "base/crypto.h"
#include "sim/server/admin.h"
#include "sim/server/refusals.h"
#include "sim/state/engine.h"

namespace hm::sim {

namespace {

// AWS refuses what was signed more than five minutes away from its own clock (S3 allows fifteen).
constexpr Micros kMostSkew = std::chrono::minutes(5);
constexpr Micros kMostSkewS3 = std::chrono::minutes(15);
// How often places with rules are looked at for what changed by itself.
constexpr Micros kWatchEvery = std::chrono::milliseconds(100);
constexpr const char* kEventQueue = "hostmaster-events";
// How long a black hole holds a call at most.
constexpr Micros kBlackHole = std::chrono::minutes(10);

// A body whose source fails cuts the connection.
ServerResponse cut_connection() {
  ServerResponse response;
  response.body = BodySource([]() -> Result<std::string> {
    return make_error(ErrorKind::unavailable, "cut", "The simulator cut this connection on request.");
  });
  return response;
}

// Cached answers bear this in place of the request's id. The same length as a real one, near both ends of
// XML.
constexpr std::string_view kNoRequestId = "00000000-5151-4d5d-8000-000000000000";

ServerResponse with_request_id(const ServerResponse& cached, const std::string& request_id) {
  ServerResponse response = cached;
  auto& body = std::get<std::string>(response.body);
  // The id stands in the first or the last few hundred bytes; a long page is not searched.
  constexpr size_t kEdge = 400;
  if (const auto at = body.find(kNoRequestId); at < kEdge) {
    body.replace(at, request_id.size(), request_id);
  } else if (const auto last = body.rfind(kNoRequestId); last != std::string::npos) {
    body.replace(last, request_id.size(), request_id);
  }
  for (const char* name : {"x-amzn-RequestId", "x-amz-request-id"}) {
    if (response.headers.find(name) != nullptr) response.headers.set(name, request_id);
  }
  return response;
}

}  // namespace

Result<std::unique_ptr<Simulator>> Simulator::make(const SimulatorOptions& options, Clock& clock) {
  HM_TRY(auto plan, make_plan(options.estate));
  std::unique_ptr<Simulator> simulator(new Simulator(plan, options, clock));
  for (const auto& fault : options.faults) HM_DO(simulator->faults_.add(fault));
  if (options.event_queues) simulator->make_event_queues();
  if (!options.latency.empty()) {
    HM_TRY(simulator->latency_, parse_latency(options.latency));
  }
  return simulator;
}

Simulator::Simulator(const Plan& plan, const SimulatorOptions& options, Clock& clock)
    : options_(options),
      clock_(clock),
      world_(plan),
      identity_(plan),
      faults_(options.estate.seed),
      throttle_(options.throttle),
      events_(queues_, faults_) {
  world_.on_state([this](const std::string& account_id, const std::string& region,
                         const std::vector<StateChange>& changes) {
    for (const auto& change : changes) events_.tell_state(account_id, region, change, now());
  });
  watcher_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
}

void Simulator::make_event_queues() {
  const auto& plan = world_.plan();
  const std::string& region = plan.options.regions.front();
  const Json states = JsonObject{{"source", JsonArray{"aws.ec2"}},
                                 {"detail-type", JsonArray{"EC2 Instance State-change Notification"}}};
  const Json calls = JsonObject{
      {"detail-type", JsonArray{"AWS API Call via CloudTrail"}},
      {"detail",
       JsonObject{{"readOnly", JsonArray{false}}, {"errorCode", JsonArray{JsonObject{{"exists", false}}}}}}};
  for (const auto& account : plan.accounts) {
    const std::string arn = "arn:aws:sqs:" + region + ":" + account.id + ":" + kEventQueue;
    queues_.make(account.id, region, kEventQueue, now());
    events_.add_rule(account.id, region, std::string(kEventQueue) + "-states", states, arn);
    events_.add_rule(account.id, region, std::string(kEventQueue) + "-calls", calls, arn);
  }
}

Simulator::~Simulator() { stop(); }

void Simulator::stop() {
  stop_.request_stop();
  queues_.stop();
}

void Simulator::watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    for (const auto& [account_id, region] : events_.places())
      world_.with(account_id, region, now(), [](Place&) {});
    SystemClock().sleep_for(kWatchEvery, stop);
  }
}

void Simulator::wait(Micros duration) { SystemClock().sleep_for(duration, stop_.get_token()); }

uint64_t Simulator::version_of(const std::string& account_id, const std::string& region) {
  const auto version = [](Place& place) { return place.version; };
  return world_.with(account_id, region, now(), version) * 1'000'003 +
         world_.with(account_id, "global", now(), version);
}

std::optional<ServerResponse> Simulator::disturb(const Wire& wire, const Signature& signature,
                                                 const std::string& request_id) {
  if (faults_.blackholed(signature.region)) {
    wait(kBlackHole);
    return cut_connection();
  }
  if (latency_.most.count() > 0) {
    const auto spread = (latency_.most - latency_.least).count();
    wait(latency_.least + Micros(spread == 0 ? 0 : std::rand() % spread));
  }
  switch (faults_.next_failure()) {
    case Faults::Failure::none:
      break;
    case Faults::Failure::cut:
      return cut_connection();
    case Faults::Failure::error:
      return write_refusal(wire, refuse(wire, Reason::internal), request_id);
    case Faults::Failure::throttle:
      return write_refusal(wire, refuse(wire, Reason::throttled), request_id);
  }
  return std::nullopt;
}

Result<Caller> Simulator::authenticate(const Wire& wire, const ServerRequest& request,
                                       const Signature& signature) {
  if (!signature.present()) return refuse(wire, Reason::missing_credentials);
  HM_TRY(auto signed_time, signed_at(signature));
  // The wire's clock is the real one; advancing the simulated time must not break every signature.
  const auto age = clock_.now() - signed_time;
  const auto most = wire.service.name() == "s3" ? kMostSkewS3 : kMostSkew;
  if (signature.presigned) {
    if (age > std::chrono::seconds(signature.expires_s)) return refuse(wire, Reason::expired_url);
    if (age < -most) return refuse(wire, Reason::skewed_clock);
  } else if (age > most || age < -most) {
    return refuse(wire, Reason::skewed_clock);
  }
  if (!has_region(signature.region)) return refuse(wire, Reason::unknown_key);
  auto caller = identity_.find(signature, now());
  if (!caller) {
    switch (caller.error()) {
      case Identity::Unknown::key:
        return refuse(wire, Reason::unknown_key);
      case Identity::Unknown::token:
        return refuse(wire, Reason::bad_token);
      case Identity::Unknown::expired:
        return refuse(wire, Reason::expired_session);
    }
  }
  if (!signature.time.starts_with(signature.date) || !checker_.matches(request, signature, caller->secret)) {
    return refuse(wire, Reason::wrong_signature);
  }
  if (faults_.expired(caller->account_id)) return refuse(wire, Reason::expired_session);
  return std::move(*caller);
}

// A region that the company has not enabled knows nobody of it. Global services sign for us-east-1.
bool Simulator::has_region(std::string_view region) const {
  const auto& regions = world_.plan().options.regions;
  return region == "us-east-1" || std::find(regions.begin(), regions.end(), region) != regions.end();
}

Status Simulator::allow(const Wire& wire, const Caller& caller, const Signature& signature,
                        const Json& params) {
  const Target target{caller.account_id, signature.region, wire.service.name(), wire.operation.name()};
  const bool harmless = wire.operation.name() == "GetCallerIdentity";  // AWS lets nobody deny that one
  if (!harmless && (faults_.denied(target) || faults_.denied_resource(target, params))) {
    const auto action = std::string(wire.service.signing_name()) + ":" + std::string(wire.operation.name());
    const auto detail = "User: " + caller.arn + " is not authorized to perform: " + action +
                        " because no identity-based policy allows the " + action + " action";
    return refuse(wire, Reason::denied,
                  wire.protocol == aws::Protocol::ec2
                      ? "You are not authorized to perform this operation. " + detail
                      : detail);
  }
  return ok();
}

Status Simulator::check_bucket(const Wire& wire, const Caller& caller, const Signature& signature) {
  if (wire.service.name() != "s3" || wire.operation.name() == "CreateBucket") return ok();
  const auto label = wire.labels.find("Bucket");
  if (label == wire.labels.end()) return ok();
  const auto& name = label->second;
  const auto bucket = world_.with(caller.account_id, "global", now(),
                                  [&](Place& place) { return place.of("s3/bucket").find(name); });
  if (bucket.is_null()) {
    if (world_.owner_of_bucket(name, now()).empty()) {
      return no_such("s3/bucket", name).note("BucketName", name);
    }
    return refuse(wire, Reason::denied, "Access Denied");
  }
  const auto region = std::string(member_text(bucket, "BucketRegion"));
  if (region != signature.region) {
    return refusal(301, "PermanentRedirect",
                   "The bucket you are attempting to access must be addressed using the specified endpoint. "
                   "Please "
                   "send all future requests to this endpoint.")
        .note("Region", region);
  }
  return ok();
}

Result<ServerResponse> Simulator::serve(const Wire& wire, const ServerRequest& request,
                                        const Signature& signature, const std::string& request_id) {
  HM_TRY(auto caller, authenticate(wire, request, signature));
  const Target target{caller.account_id, signature.region, wire.service.name(), wire.operation.name()};
  if (faults_.throttled(target.service) || !throttle_.take(target, now())) {
    metering_.count(wire, caller.account_id, nullptr, true);
    return refuse(wire, Reason::throttled);
  }
  const bool reading = is_read(wire.operation.name());
  // What was called, and what the clock adds to the numbers, does not change what exists: neither is answered
  // from a page.
  const bool cached = reading && wire.operation.name() != "LookupEvents" &&
                      !wire.operation.name().starts_with("GetMetric") && wire.service.name() != "sqs" &&
                      wire.service.name() != "events";
  std::string key;
  uint64_t version = 0;
  HM_TRY(auto params, parse_input(wire, request));
  const auto allowed = allow(wire, caller, signature, params);
  metering_.count(wire, caller.account_id, params, !allowed);
  if (!allowed) return allowed.error();
  HM_DO(check_bucket(wire, caller, signature));
  if (cached) {
    key = caller.account_id + "|" + signature.region + "|" + std::string(wire.service.name()) + "|" +
          std::string(wire.operation.name()) + "|" + std::to_string(static_cast<int>(wire.protocol)) + "|" +
          to_json(params);
    version = version_of(caller.account_id, signature.region);
    if (const auto page = pages_.find(key, version)) return with_request_id(*page, request_id);
  }
  const Call call{wire,   params,    caller, caller.account_id, signature.region, now(),
                  world_, identity_, trail_, queues_,           events_,          options_.synthesize};
  auto found = answer(call);
  // Sessions are taken for reading too, and what is done to messages is no event of management.
  const bool to_messages =
      wire.service.name() == "sqs" && wire.operation.name().find("Message") != std::string_view::npos;
  if (!reading && wire.service.name() != "sts" && !to_messages) {
    const auto* agent = request.headers.find("User-Agent");
    const auto event = trail_.record(
        call, {signature.access_key_id, request.peer, agent ? *agent : std::string(), request_id},
        found ? &*found : nullptr, found ? nullptr : &found.error());
    events_.tell_call(call.account_id, event, call.now);
  }
  HM_TRY(const auto document, std::move(found));
  if (!cached) return write_output(wire, document, request_id);
  const auto response = write_output(wire, document, std::string(kNoRequestId));
  pages_.put(key, version, response);
  return with_request_id(response, request_id);
}

ServerResponse Simulator::handle(const ServerRequest& request) {
  if (request.path().starts_with("/_sim/")) return handle_admin(*this, request);
  const auto request_id = random_uuid();
  Wire wire;
  const auto signature = read_signature(request);
  if (!signature) return write_refusal(wire, signature.error(), request_id);
  auto effective = *signature;
  // Unsigned calls are answered in the protocol that they look like.
  if (!effective.present())
    effective.service = request.body.find("Action=") != std::string::npos ? "sts" : "s3";
  const auto found = dispatcher_.dispatch(request, effective, wire);
  if (auto disturbed = disturb(wire, *signature, request_id)) return std::move(*disturbed);
  if (!signature->present())
    return write_refusal(wire, refuse(wire, Reason::missing_credentials), request_id);
  if (!found) return write_refusal(wire, found.error(), request_id);
  auto response = serve(wire, request, *signature, request_id);
  if (!response) return write_refusal(wire, response.error(), request_id);
  return std::move(*response);
}

Json Simulator::credentials() const {
  JsonArray accounts;
  const auto& plan = world_.plan();
  for (size_t i = 0; i < plan.accounts.size(); ++i) {
    const auto& account = plan.accounts[i];
    const auto& key = identity_.keys()[i];
    accounts.push_back(JsonObject{{"account_id", account.id},
                                  {"name", account.name},
                                  {"access_key_id", key.id},
                                  {"secret_access_key", key.secret},
                                  {"role_arn", "arn:aws:iam::" + account.id + ":role/HostMasterReadOnly"},
                                  {"external_id", account.external_id}});
    if (options_.event_queues)
      accounts.back().as_object()["event_queue"] =
          Queues::url_of(account.id, plan.options.regions.front(), kEventQueue);
  }
  JsonArray regions;
  for (const auto& region : plan.options.regions) regions.push_back(Json(region));
  return JsonObject{{"company", plan.company},
                    {"seed", plan.options.seed},
                    {"management_account_id", plan.accounts.front().id},
                    {"regions", std::move(regions)},
                    {"accounts", std::move(accounts)}};
}

Json Simulator::planted() {
  JsonArray rows;
  for (const auto& row : world_.planted()) {
    rows.push_back(JsonObject{{"kind", row.kind},
                              {"category", row.category},
                              {"account_id", row.account_id},
                              {"region", row.region},
                              {"type", row.type},
                              {"id", row.id}});
  }
  return rows;
}

}  // namespace hm::sim
