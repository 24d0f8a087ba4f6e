// The one way to AWS: any operation of any service, driven by the models. An answer equals what the AWS CLI
// prints (timestamps in ISO form, ResponseMetadata left out).
//
// A Client is thread-safe and lives as long as the program; a Target says as whom and where.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "aws/credentials.h"
#include "base/http_client.h"
#include "base/json.h"
#include "base/time.h"

namespace hm::aws {

// As whom and where a call is made. Copies are cheap.
struct Target {
  std::shared_ptr<CredentialProvider> credentials;
  std::string account_id;  // for buckets, budgets and messages; may be empty before it is known
  std::string region;
  std::string endpoint_url;  // overrides the endpoint rules; empty: environment, profile, then the rules
  bool use_fips = false;
  bool use_dualstack = false;
};

struct CallOptions {
  std::stop_token stop;
  std::optional<int> max_attempts;                        // else the client's
  std::optional<std::chrono::milliseconds> read_timeout;  // else the client's; for calls that AWS lets wait
  bool sign = true;                                       // false: --no-sign-request
  bool trace = false;  // logs every attempt at debug level, without anything secret
};

// Counts and prices calls before they are made; see meter.h. May refuse one (kind exhausted).
class Meter;

// What users set about S3; see user_settings.h. What is not set is left to the endpoint rules.
struct S3Options {
  // None: path style with an endpoint of the user's own, else the bucket in the host where it can be.
  std::optional<bool> path_style{};
  bool accelerate = false;
  bool dualstack = false;
  bool global_us_east_1 = false;         // the old s3.amazonaws.com for us-east-1
  std::optional<bool> use_arn_region{};  // an access point's region rather than the target's
  std::optional<bool> disable_multiregion_access_points{};
  // None: the hash of the body is signed unless TLS and a checksum protect a stream. Off: never over TLS.
  std::optional<bool> sign_payload{};
};

struct ClientOptions {
  std::string user_agent = "hostmaster";
  std::optional<int> max_attempts;  // none: the retry rules' (3)
  bool adaptive = false;
  bool retries_of_2026 = false;  // the newer figures: see RetryRules
  S3Options s3;
  // Whether the account of the credentials goes into the endpoints that can have it: preferred, required,
  // disabled.
  std::string account_id_endpoint_mode = "preferred";
  // False: a checksum only where the operation requires one; stores that speak S3 may refuse the others.
  bool add_checksums = true;
  // False: an answer's checksum is asked for and looked at only where the caller asks for it.
  bool check_answers = true;
  // Our own limit on a service's published rate, 0 < share <= 1; 0 switches the buckets off.
  double rate_share = 0.5;
  std::chrono::milliseconds read_timeout{60000};  // of silence; see HttpRequest::timeout
  std::chrono::milliseconds connect_timeout{10000};
  // The URL that the environment or the profile sets for a service, by its service id ("Elastic Load
  // Balancing"), else empty. Asked where a target names no endpoint.
  std::function<std::string(std::string_view service_id)> configured_endpoint;
};

class Client {
 public:
  // The transport, clock and meter (may be null) must outlive the client.
  Client(HttpTransport& transport, Clock& clock, Meter* meter, ClientOptions options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // `service` and `operation` are the model's names ("ec2", "DescribeVolumes"). Parameters are checked
  // against the model first (kind invalid, all faults at once). An error answer has AWS's code, and the notes
  // http_status, request_id, service, operation, region, account_id.
  Result<Json> call(std::string_view service, std::string_view operation, const Json& params,
                    const Target& target, const CallOptions& options = {});

  // Calls `page` with each page until the last, it returns an error, or `options.stop`. Pages by the model's
  // paginator, or as paging.h says for operations without one. A token seen twice is an error.
  using OnPage = std::function<Status(Json page)>;
  Status pages(std::string_view service, std::string_view operation, const Json& params, const Target& target,
               const OnPage& page, const CallOptions& options = {});

  // All pages as one document, merged as the AWS CLI merges them.
  Result<Json> call_all(std::string_view service, std::string_view operation, const Json& params,
                        const Target& target, const CallOptions& options = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hm::aws
