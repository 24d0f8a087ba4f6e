#include "catalog/catalog.h"

#include <algorithm>
#include <tuple>

#include "base/edit_distance.h"

namespace hm::catalog {

bool Condition::holds(const Json& document) const {
  const Json value = path.eval(document);
  const auto among = [&](const std::vector<Json>& values) {
    return std::find(values.begin(), values.end(), value) != values.end();
  };
  return (is.empty() || among(is)) && !among(is_not);
}

Catalog::Catalog(std::vector<ResourceType> resources, std::vector<Rule> rules, std::vector<Quota> quotas)
    : resources_(std::move(resources)), rules_(std::move(rules)), quotas_(std::move(quotas)) {
  const auto by_id = [](const auto& a, const auto& b) { return a.id < b.id; };
  std::sort(resources_.begin(), resources_.end(), by_id);
  std::sort(rules_.begin(), rules_.end(), by_id);
  std::sort(quotas_.begin(), quotas_.end(), [](const Quota& a, const Quota& b) {
    return std::tie(a.service_code, a.quota_code) < std::tie(b.service_code, b.quota_code);
  });
}

const ResourceType* Catalog::find(std::string_view id) const {
  const auto found =
      std::lower_bound(resources_.begin(), resources_.end(), id,
                       [](const ResourceType& type, std::string_view wanted) { return type.id < wanted; });
  return found != resources_.end() && found->id == id ? &*found : nullptr;
}

const ResourceType* Catalog::find_table(std::string_view table) const {
  const auto found = std::find_if(resources_.begin(), resources_.end(),
                                  [&](const ResourceType& type) { return type.table == table; });
  return found != resources_.end() ? &*found : nullptr;
}

std::vector<std::string> Catalog::types_with_tags() const {
  std::vector<std::string> ids;
  for (const ResourceType& type : resources_)
    if (type.tags) ids.push_back(type.id);
  return ids;
}

const Rule* Catalog::find_rule(std::string_view id) const {
  const auto found =
      std::lower_bound(rules_.begin(), rules_.end(), id,
                       [](const Rule& rule, std::string_view wanted) { return rule.id < wanted; });
  return found != rules_.end() && found->id == id ? &*found : nullptr;
}

std::string Catalog::remedy(std::string_view name) const {
  constexpr size_t kLongest = 100;
  name = name.substr(0, kLongest);
  std::string nearest;
  size_t best = 4;  // more mistakes than that are another word
  for (const auto& type : resources_) {
    // People leave out the service, or say "aws_".
    for (const std::string_view known :
         {std::string_view(type.id), std::string_view(type.id).substr(type.id.find('/') + 1),
          std::string_view(type.table)}) {
      const size_t away = edit_distance(name, known);
      if (away >= std::min(best, name.size())) continue;
      best = away;
      nearest = known == type.table ? type.table : type.id;
    }
  }
  return nearest.empty() ? "; `hostmaster catalog list` lists them" : "; did you mean '" + nearest + "'?";
}

}  // namespace hm::catalog
