// The long tail: every list of AWS's models that needs no input and whose items carry an ARN, an id or a name
// is a resource type by itself. Nothing of it is made before somebody asks for the service, so what is not
// used costs neither time nor memory.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "catalog/derived_list.h"
#include "catalog/derived_rules.h"

namespace hm::catalog {

// A type as its file would say it (resources/<folder>/<noun>.yaml).
struct DerivedType {
  std::string id;
  std::string call;  // "glue:GetTriggers"
  std::string paid;  // what it costs, where it costs something
  Json document;
};

// What is there already: the curated types win, by operation, by what the operation lists, by id and by
// table.
struct Taken {
  std::set<std::string, std::less<>> lists;  // "glue/trigger": the service and what is listed
  std::set<std::string, std::less<>> names;  // ids and tables
};
Taken taken_by(const std::vector<ResourceType>& types);

// `wanted`: services ("glue"), single lists ("ce:ListCostCategoryDefinitions", the only way to those that
// cost money), or "all". Fails on a service or list that there is not, with the reason where it was left out.
Result<std::vector<DerivedType>> derive(const DerivedRules& rules, const std::vector<std::string>& wanted,
                                        const Taken& taken);

// Those of `wanted` for which there is something to derive beside the types of `curated`, which has none that
// are derived: the others would make derive() fail.
std::vector<std::string> derivable(const Catalog& curated, std::vector<std::string> wanted);

// What nobody has asked for, of a service: that there is nothing of it in the inventory says nothing.
struct Unasked {
  std::string service;              // "glue"
  std::string title;                // "Glue"
  std::vector<std::string> tables;  // "aws_glue_trigger"
};
std::vector<Unasked> unasked(const DerivedRules& rules, const Taken& taken);
// By the rules in the binary; some 30 ms.
std::vector<Unasked> unasked(const Catalog& catalog);

// A file to begin with, for any list.
struct Draft {
  std::string id;
  Json document;                   // has the form of the schema, and is true to the models
  std::vector<std::string> notes;  // what only a person can tell
};
Result<Draft> draft_type(const DerivedRules& rules, std::string_view service, std::string_view operation);

}  // namespace hm::catalog
