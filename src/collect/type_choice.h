// Which types an account is asked for, as the configuration says it:
//
//   types:
//     include: [ec2/*, rds/db_instance]   # these alone; all, where it is left out
//     exclude: [aws_ec2_snapshot]         # none of these
//
// A type is named by its id or its table, all types of a service by `service/*`.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/yaml.h"
#include "catalog/catalog.h"

namespace hm::collect {

struct TypeName {
  std::string text;
  std::string place;  // "hostmaster.yaml:12", for errors
  bool operator==(const TypeName&) const = default;
};

struct TypeChoice {
  std::vector<TypeName> include;
  std::vector<TypeName> exclude;
  bool operator==(const TypeChoice&) const = default;
};

// The ids of the types that are not asked for. Fails (kind invalid, code "bad_config") where a name means no
// type, with all such names at once.
Result<std::set<std::string>> types_left_out(const TypeChoice& choice, const catalog::Catalog& catalog);

// Reads a `types:` at `pointer`. Faults go to `complain(pointer, text)`.
using Complain = std::function<void(const std::string& pointer, const std::string& text)>;
TypeChoice read_type_choice(const Yaml& yaml, const std::string& pointer, const std::string& file,
                            const Complain& complain);

}  // namespace hm::collect
