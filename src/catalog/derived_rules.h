// catalog/derived.yaml as plain structs: what the models do not say about the lists that become types by
// themselves (derive.h).
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"

namespace hm::catalog {

// Its place in the catalog.
inline constexpr std::string_view kDerivedFile = "derived.yaml";

struct DerivedService {
  std::string folder;        // of its types' ids; empty: the service's name
  std::string table_prefix;  // "sfn": aws_sfn_…; empty: the service's name
  std::string actions;       // IAM's prefix; empty: the name that requests are signed for
};

// What is said of one list ("redshift:DescribeEventSubscriptions").
struct DerivedCall {
  std::string noun;                      // "event_subscription"; empty: from the operation's name
  std::string key;                       // empty: found by rule
  Json params = JsonObject{};            // which of them are the owner's
  Json where;                            // which of the items are the owner's; null: all
  std::vector<std::string> permissions;  // empty: the action that is named as the operation
  std::string scope;                   // "account": every region answers for all; empty: as the endpoints say
  std::vector<std::string> sensitive;  // paths that must not be stored, beside those whose names say so
};

struct DerivedRules {
  std::string refresh;
  ListLimits limits;
  std::map<std::string, DerivedService, std::less<>> services;
  std::map<std::string, std::string, std::less<>> without;  // service -> why it has no derived types
  std::map<std::string, std::string, std::less<>> exclude;  // call -> why it is no type
  std::map<std::string, std::string, std::less<>> paid;     // call -> what it costs; only asked for by name
  std::map<std::string, DerivedCall, std::less<>> calls;

  const DerivedService& service(std::string_view name) const;
  const DerivedCall& call(std::string_view name) const;
};

// `document` is derived.yaml, which has the form of its schema.
DerivedRules derived_rules_of(const Json& document);
// Whether the services and operations that the rules name exist, and nothing is said twice.
Status check_derived_rules(const Json& document);
const Json& derived_schema();
// The rules in the binary, read when first asked for.
const DerivedRules& embedded_derived_rules();

}  // namespace hm::catalog
