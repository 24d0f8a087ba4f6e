// A compiled rule set: what endpoint_compiler.cc makes and endpoint_rules.cc runs. Internal to both.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "aws/endpoint_rules.h"

namespace hm::aws {

enum class EndpointFunction {
  boolean_equals,
  string_equals,
  is_set,
  logical_not,
  get_attr,
  substring,
  is_valid_host_label,
  parse_url,
  uri_encode,
  aws_partition,
  aws_parse_arn,
  aws_is_virtual_hostable_bucket
};

struct Expression;

// One variable: parameters come first, assigned names after them.
struct Reference {
  size_t slot;
};

// "{url#authority}/x": the value of a slot, or one field of it, or plain text.
struct TemplatePiece {
  std::string text;
  int slot = -1;  // less than 0: plain text
  std::vector<std::string> fields;
};
using Template = std::vector<TemplatePiece>;

// "resourceId[2]" is one step by name and one by index.
using AttributeStep = std::variant<std::string, size_t>;

struct Call {
  EndpointFunction function;
  std::vector<Expression> arguments;
  std::vector<AttributeStep> path;  // of getAttr
};

struct Expression {
  std::variant<EndpointValue, Reference, Template, Call> value;
};

struct Condition {
  Expression expression;
  int assign = -1;  // slot that keeps the value
};

// A document with templates in its texts. Of an object, the names stand beside the items.
struct Property;
struct PropertyItems {
  bool is_object;
  std::vector<std::string> names;
  std::vector<Property> items;
};
struct Property {
  std::variant<Json, Template, PropertyItems> value;
};

struct EndpointOutcome {
  Expression url;
  Property properties;
  std::vector<std::pair<std::string, Expression>> headers;
};

struct ErrorOutcome {
  Expression message;
};

struct Rule {
  std::vector<Condition> conditions;
  std::variant<EndpointOutcome, ErrorOutcome, std::vector<Rule>> outcome;
};

struct EndpointProgram {
  std::vector<EndpointParameter> parameters;
  size_t slots = 0;
  std::vector<Rule> rules;
};

}  // namespace hm::aws
