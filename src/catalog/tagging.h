// catalog/tagging.yaml as plain structs: what AWS's models do not say about tags.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace hm::catalog {

// Its place in the catalog.
inline constexpr std::string_view kTaggingFile = "tagging.yaml";

// A resource of Terraform's that holds one tag of one thing: `id` names it by its `value`.
struct TerraformTag {
  std::string service, resource, id, value;
};

struct Tagging {
  std::map<std::string, std::string, std::less<>> untaggable;             // type -> why it can bear none
  std::map<std::string, std::vector<std::string>, std::less<>> commands;  // type -> the words behind `aws`
  std::vector<TerraformTag> terraform;

  // Of the service that the type belongs to; nullptr: there is none.
  const TerraformTag* terraform_of(std::string_view type) const;
};

// `document` is tagging.yaml, which has the form of its schema.
Tagging tagging_of(const Json& document);
// Whether the calls exist, and nothing is said twice. `knows` tells which types there are.
Status check_tagging(const Json& document, const std::function<bool(const std::string& type)>& knows);
const Json& tagging_schema();
// What is in the binary, read when first asked for.
const Tagging& embedded_tagging();

}  // namespace hm::catalog
