#include "inventory/tag_plan.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/check.h"
#include "inventory/trail.h"

namespace hm::inventory {
namespace {

constexpr size_t kLongestKey = 128;
constexpr size_t kLongestValue = 256;

size_t characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// Where the calls that tag it are made: what lives in no region is tagged where its partition has its home.
std::string region_of(const Resource& resource) {
  return resource.region == "global" ? home_region_of(partition_of(resource.arn)) : resource.region;
}

std::string filled(std::string_view word, const Resource& resource, const std::string& tags) {
  const std::pair<std::string_view, const std::string*> names[] = {
      {"${key}", &resource.key}, {"${arn}", &resource.arn}, {"${tags}", &tags}};
  std::string text;
  while (!word.empty()) {
    const auto* const found = std::find_if(std::begin(names), std::end(names),
                                           [&](const auto& one) { return word.starts_with(one.first); });
    if (found == std::end(names)) {
      text += word.front();
      word.remove_prefix(1);
    } else {
      text += *found->second;
      word.remove_prefix(found->first.size());
    }
  }
  return text;
}

std::string line_of(const std::vector<std::string>& words) {
  std::string line = "aws";
  for (const std::string& word : words) line += " " + shell_quoted(word);
  return line + "\n";
}

// In one line, so that nothing in a name can end a comment.
std::string comment(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return "# " + text + "\n";
}

std::string times(size_t number, const std::string& what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

// Resources that one call tags: of an account, a region and a value.
using Batches = std::map<std::tuple<std::string, std::string, std::string>, std::vector<const Resource*>>;

void write_commands(const catalog::Tagging& tagging, const std::string& key, const Batches& batches,
                    TagPlan& plan) {
  std::string account;
  for (const auto& [of, resources] : batches) {
    const auto& [account_id, region, value] = of;
    if (account_id != account) plan.commands += "\n" + comment("With credentials of account " + account_id);
    account = account_id;
    const std::string map = to_json(JsonObject{{key, value}});
    const std::string list = to_json(JsonArray{JsonObject{{"Key", key}, {"Value", value}}});
    JsonArray arns;
    const auto flush = [&] {
      if (arns.empty()) return;
      plan.commands += line_of({"resourcegroupstaggingapi", "tag-resources", "--region=" + region,
                                "--resource-arn-list=" + to_json(arns), "--tags=" + map});
      ++plan.calls;
      arns.clear();
    };
    for (const Resource* resource : resources) {
      const auto own = tagging.commands.find(resource->place.type);
      if (own != tagging.commands.end()) {
        std::vector<std::string> words;
        words.reserve(own->second.size());
        for (const std::string& word : own->second) words.push_back(filled(word, *resource, list));
        plan.commands += line_of(words);
        ++plan.calls;
        continue;
      }
      arns.emplace_back(resource->arn);
      if (arns.size() == kArnsOfCall) flush();
    }
    flush();
  }
}

void write_block(const catalog::TerraformTag& tag, const std::string& key, const std::string& value,
                 int number, const std::vector<const Resource*>& resources, std::string& text) {
  std::set<std::string> ids;
  for (const Resource* resource : resources) ids.insert(filled(tag.value, *resource, ""));
  text += "resource \"" + tag.resource + "\" \"hostmaster_" + std::to_string(number) +
          "\" {\n  for_each = toset([\n";
  for (const std::string& id : ids) text += "    " + hcl_quoted(id) + ",\n";
  // As `terraform fmt` aligns it.
  const auto padded = [&](std::string name) {
    name.resize(std::max(name.size(), tag.id.size()), ' ');
    return name + " = ";
  };
  text += "  ])\n  " + padded(tag.id) + "each.value\n  " + padded("key") + hcl_quoted(key) + "\n  " +
          padded("value") + hcl_quoted(value) + "\n}\n";
}

void write_terraform(const catalog::Tagging& tagging, const std::string& key, const Batches& batches,
                     std::string& text) {
  int number = 0;
  std::string by_hand;
  for (const auto& [of, resources] : batches) {
    const auto& [account_id, region, value] = of;
    std::map<std::string, std::pair<const catalog::TerraformTag*, std::vector<const Resource*>>> blocks;
    for (const Resource* resource : resources) {
      const catalog::TerraformTag* tag = tagging.terraform_of(resource->place.type);
      if (tag == nullptr) {
        by_hand += comment("  " + (resource->arn.empty() ? resource->key : resource->arn) + ": " +
                           hcl_quoted(key) + " = " + hcl_quoted(value));
        continue;
      }
      auto& block = blocks[tag->resource];
      block.first = tag;
      block.second.push_back(resource);
    }
    if (!blocks.empty())
      text += "\n" + comment("Account " + account_id + ", " + region +
                             ": under a provider of that account and region.");
    for (const auto& [name, block] : blocks)
      write_block(*block.first, key, value, ++number, block.second, text);
  }
  if (by_hand.empty()) return;
  text +=
      "\n" +
      comment(
          "Terraform has nothing that adds one tag to these. Where it manages them, add the tag to their");
  text +=
      comment("argument tags, or to default_tags of the provider; where it does not, it cannot tag them:") +
      by_hand;
}

}  // namespace

std::string shell_quoted(std::string_view word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_.:/@=+,-").find(c) != std::string_view::npos;
  });
  if (plain) return std::string(word);
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string hcl_quoted(std::string_view text) {
  std::string out = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool marker = (c == '$' || c == '%') && i + 1 < text.size() && text[i + 1] == '{';
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      if (c == '"' || c == '\\') out += '\\';
      if (marker) out += c;
      out += c;
    }
  }
  return out + "\"";
}

Status check_tag_key(std::string_view key) {
  const auto wrong = [](std::string why) {
    return make_error(ErrorKind::invalid, "tag_key", std::move(why));
  };
  if (key.empty()) return wrong("a tag needs a key");
  if (characters(key) > kLongestKey) return wrong("a tag's key has at most 128 characters");
  if (key.substr(0, 4) == "aws:") return wrong("keys that begin with aws: are AWS's own");
  return ok();
}

Status check_tag_value(std::string_view value) {
  if (characters(value) <= kLongestValue) return ok();
  return make_error(ErrorKind::invalid, "tag_value", "a tag's value has at most 256 characters");
}

TagPlan tag_plan(const catalog::Tagging& tagging, const std::string& key,
                 const std::vector<TagProposal>& proposals) {
  HM_CHECK(proposals.size() <= kMostProposals);
  Batches batches;
  for (const TagProposal& one : proposals)
    batches[{one.resource.place.account_id, region_of(one.resource), one.value}].push_back(&one.resource);
  TagPlan plan;
  plan.commands =
      "#!/bin/sh\n" + comment("Sets the tag " + key + " of " + times(proposals.size(), "resource") + ".") +
      comment("tag-resources ends well even where it could not tag all: look at FailedResourcesMap.") +
      "set -eu\n";
  plan.terraform =
      comment(
          "One tag of a thing that this configuration does not manage. Where Terraform manages the thing") +
      comment(
          "itself, here or elsewhere, each apply would take the tag away again: there, add it to its tags.");
  write_commands(tagging, key, batches, plan);
  write_terraform(tagging, key, batches, plan.terraform);
  return plan;
}

}  // namespace hm::inventory
