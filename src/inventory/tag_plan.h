// A proposal of tags for many resources, as commands and as Terraform for somebody else to run: HostMaster
// changes nothing here. Pure: no store, no clock.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/tagging.h"
#include "inventory/read.h"

namespace hm::inventory {

// As AWS restricts them. Error: invalid "tag_key" or "tag_value" with the reason.
Status check_tag_key(std::string_view key);
Status check_tag_value(std::string_view value);

struct TagProposal {
  Resource resource;
  std::string value;
};
struct TagPlan {
  std::string commands;   // a script for a POSIX shell, with the AWS CLI
  std::string terraform;  // what Terraform can say of it, with what it cannot as comments
  int64_t calls = 0;      // that the script makes
};
constexpr size_t kMostProposals = 1000;
constexpr size_t kArnsOfCall = 20;  // of TagResources: AWS's own limit
// Proposals (at most kMostProposals) whose resources have an ARN or a command of their own.
TagPlan tag_plan(const catalog::Tagging& tagging, const std::string& key,
                 const std::vector<TagProposal>& proposals);

// One word for a POSIX shell, whatever it holds.
std::string shell_quoted(std::string_view word);
// A string of Terraform's language.
std::string hcl_quoted(std::string_view text);

}  // namespace hm::inventory
