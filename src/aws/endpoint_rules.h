// The language of endpoint rules: a rule set is compiled once and then evaluated in microseconds.
//
// It has conditions, trees, errors, endpoints, templates ("https://{Bucket}.{url#authority}") and twelve
// functions. What a service's parameters mean and where they come from is endpoint.h.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/endpoint_value.h"
#include "aws/partitions.h"
#include "base/json.h"

namespace hm::aws {

struct EndpointParameter {
  enum class Type { text, boolean, texts };
  std::string name;
  std::string built_in;  // "AWS::Region"; else empty
  Type type = Type::text;
  bool required = false;
  EndpointValue otherwise;  // the default
};

struct RuleEndpoint {
  std::string url;
  Json properties;  // an object: authSchemes and the like
  std::vector<std::pair<std::string, std::string>> headers;
};

struct EndpointProgram;

// Immutable after compilation and thread-safe.
class RuleSet {
 public:
  // Fails with kind corrupt on an unknown function, type or reference, naming it.
  static Result<RuleSet> compile(const Json& document);
  RuleSet(RuleSet&&) noexcept;
  RuleSet& operator=(RuleSet&&) noexcept;
  ~RuleSet();

  const std::vector<EndpointParameter>& parameters() const;
  // `values` stand beside parameters(); what is not set gets its default. The error of a rule has kind
  // invalid, code "endpoint_refused" and the rule's own words.
  Result<RuleEndpoint> evaluate(std::vector<EndpointValue> values, const Partitions& partitions) const;
  // By name, from a document: for tests and for the command line.
  Result<RuleEndpoint> evaluate(const Json& values, const Partitions& partitions) const;

 private:
  explicit RuleSet(std::unique_ptr<const EndpointProgram> program);
  std::unique_ptr<const EndpointProgram> program_;
};

// Text, booleans and lists of texts; anything else is not set.
EndpointValue to_endpoint_value(const Json& value);

}  // namespace hm::aws
