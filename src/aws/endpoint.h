// Where a request goes and how it is signed there: the endpoint rules of a service, fed with the client's
// settings and the operation's own parameters.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/endpoint_rules.h"
#include "aws/model.h"
#include "aws/partitions.h"
#include "base/json.h"
#include "base/sync.h"

namespace hm::aws {

struct EndpointOptions {
  std::string region;  // or a pseudo region: "fips-us-east-1" is us-east-1 with FIPS
  bool use_fips = false;
  bool use_dualstack = false;
  std::string endpoint_url;                   // of the user; empty: the rules decide
  std::string account_id;                     // of the credentials: DynamoDB puts it into the host
  std::string account_id_mode = "preferred";  // or "disabled", "required"
  bool sign = true;  // false: an endpoint is given although its signature is out of scope
  // None: path style with an endpoint of the user's own and for GetBucketLocation, as the AWS CLI does.
  std::optional<bool> s3_path_style;
  // The rules' other switches by name ("AWS::S3::Accelerate", "AWS::S3::UseArnRegion"); what is not named
  // here has the rules' own default.
  std::map<std::string, bool, std::less<>> switches;
};

struct Endpoint {
  std::string url;  // without a slash at its end; a path may follow the host ("https://s3.x.com/bucket")
  std::vector<std::pair<std::string, std::string>> headers;  // to be sent, and signed
  std::string signing_name;
  std::string signing_region;
  bool double_encode = true;
};

// Thread-safe. Compiled rule sets are kept, at most kMaxRuleSets of them; resolving then takes microseconds.
class EndpointResolver {
 public:
  static constexpr size_t kMaxRuleSets = 512;  // all of AWS's services fit

  EndpointResolver();  // with the partitions of the embedded models

  // Errors are of kind invalid: "bad_region", "bad_account", "bad_endpoint_url"; "endpoint_refused" with the
  // words of AWS's rule ("Invalid Configuration: FIPS and custom endpoint are not supported"); and
  // "unsupported_signature", naming what is out of scope (SigV4a, S3 Express sessions).
  Result<Endpoint> resolve(const Service& service, const Operation& operation, const Json& params,
                           const EndpointOptions& options);

  const Partitions& partitions() const { return partitions_; }

 private:
  Result<std::shared_ptr<const RuleSet>> rules_of(const Service& service);

  Partitions partitions_;
  Synced<std::map<const void*, std::shared_ptr<const RuleSet>>> rule_sets_;
};

// What an operation's model says about endpoint parameters: fixed values, members of the input, and paths
// into it. By name; not set where the operation says nothing.
EndpointValue operation_endpoint_value(const Operation& operation, const Json& params, std::string_view name);

// The part of JMESPath that operationContextParams use: "A.B", "A[*].B", "keys(A)" and "A[*].[B.C, D.E][]".
// Gives the texts that it finds. Anything else finds nothing.
std::vector<std::string> context_texts(const Json& document, std::string_view path);

// "fips-us-east-1" and "us-east-1-fips" give us-east-1 and true.
std::pair<std::string, bool> split_pseudo_region(std::string_view region);

}  // namespace hm::aws
