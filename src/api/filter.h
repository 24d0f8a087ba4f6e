// The filter grammar of lists. It is parsed here and nowhere else; the dashboard only passes the text on.
//
//   type:ec2/instance region:eu-west-1,us-east-1 tag:env=prod -state:stopped name:"web server" created:>30d
//   word
//
// Terms are joined by AND, a comma means OR, a leading `-` negates, quotes hold spaces, `*` stands for
// anything.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "inventory/read.h"

namespace hm::api {

struct FilterKey {
  std::string_view name, description, example;
};
// What a filter may say, for completion and help.
std::span<const FilterKey> filter_keys();

// What a filter's words stand for. It refers to its members only while it is parsed.
struct FilterFacts {
  Time now;
  const std::map<std::string, std::string>& account_names;  // id -> name, so that accounts can be named
  const std::vector<std::string>& types_with_tags;          // those whose tags are read: see is:untagged
};

// A mistake is of kind invalid, code "filter_invalid", with the note "position": characters from 0.
Result<std::vector<inventory::Condition>> parse_filter(std::string_view text, const FilterFacts& facts);

}  // namespace hm::api
