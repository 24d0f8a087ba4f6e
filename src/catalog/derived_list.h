// Which operations of AWS's models are lists that need no input, and what their items are known by. The rules
// are a few, and strict: what they do not understand is no list (catalog/derived.yaml can help them).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/model.h"

namespace hm::catalog {

struct DerivedList {
  aws::Service service;
  aws::Operation operation;
  std::string noun;    // "Trigger": what the operation's name says is listed, in the singular
  std::string path;    // of the list in the answer: "DistributionList.Items"
  aws::Shape element;  // a structure, or a text
  bool texts = false;  // the items are mere names
  std::string as;      // of mere names: the member that they are put into, "ClusterArn"
  std::string key;     // member of the item that is its ARN, else its id, else its name; empty: none is
  std::string
      spare;  // member that is as much its own, where the model does not say that every item has the key
  std::string name;  // member that is its name; may be empty
};

// None where the operation is no such list: another verb, a required parameter, no list of one kind.
// `lenient` takes any verb and any input, for somebody who will look at it.
std::optional<DerivedList> derived_list(aws::Service service, aws::Operation operation, bool lenient = false);
// "Trigger" of ListTriggers, DescribeTriggers and GetTriggers; empty for other verbs.
std::string listed_noun(std::string_view operation);
// Whether every item of the first tells more than those of the second, where both list the same noun.
bool tells_more(const DerivedList& one, const DerivedList& other);

}  // namespace hm::catalog
