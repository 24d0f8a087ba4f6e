// How the pages of an operation follow one another: by the model's paginator, or, for the many operations
// that page without one, by the names of the tokens in input and output and by a small table of those whose
// tokens no name gives away.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "aws/model.h"
#include "base/json.h"
#include "base/json_path.h"

namespace hm::aws {

// The rules of one operation.
struct PagePlan {
  std::vector<std::string> input_tokens;
  std::vector<JsonPath> output_tokens;  // beside input_tokens
  std::vector<JsonPath> result_keys;    // may be empty: then every list of the page's top level
  std::vector<JsonPath> non_aggregate_keys;
  std::optional<JsonPath> more_results;
  std::string limit_key;       // may be empty
  bool from_paginator = true;  // false: the AWS CLI does not follow these pages
};

// None where the operation has no pages. Fails (kind corrupt) on a path that the model should not have.
Result<std::optional<PagePlan>> page_plan(const Service& service, const Operation& operation);

// Puts `value` where a path of plain members points to, making the objects on the way.
void set_at(JsonObject& into, const JsonPath& path, Json value);

// Walks the pages of one call: gives the parameters of each next request.
class PageWalk {
 public:
  // Adds the largest page size where leaving it out makes the service cut the answer short (EC2).
  PageWalk(const PagePlan& plan, const Service& service, const Operation& operation, Json params);

  const Json& params() const { return params_; }
  // After a page: true when params() are now those of a next one. A token seen before is an error (kind
  // corrupt, code "repeated_token"): following it would never end.
  Result<bool> advance(const Json& page);
  // The tokens of the next page, an object of the input's members; null at the end.
  const Json& tokens() const { return tokens_; }

 private:
  const PagePlan& plan_;
  Json params_;
  Json tokens_;
  std::set<std::string> seen_;
};

// Adds a page to the pages before it, as the AWS CLI does: lists of the result keys grow, numbers and texts
// add up, the rest is the first page's. Tokens are left out.
class PageMerge {
 public:
  explicit PageMerge(const PagePlan& plan) : plan_(plan) {}
  void add(Json page);
  Json take();

 private:
  // Without result keys: every list and map grows, at any depth, and the rest is the first page's.
  void add_by_shape(Json page);
  const PagePlan& plan_;
  JsonObject merged_;
  JsonObject non_aggregate_;
  bool first_ = true;
};

}  // namespace hm::aws
