#include "catalog/derive.h"

#include <algorithm>
#include <optional>

#include "catalog/call_check.h"
#include "catalog/derived_document.h"

namespace hm::catalog {

namespace {

std::string name_of(const aws::Service& service, std::string_view operation) {
  return std::string(service.name()) + ":" + std::string(operation);
}

// The lists of a service, one for each noun: the one that tells most.
std::vector<DerivedList> lists_of(const DerivedRules& rules, const aws::Service& service) {
  std::map<std::string, DerivedList> by_noun;
  for (const auto& operation : service.operations()) {
    if (rules.exclude.contains(name_of(service, operation.name()))) continue;
    auto list = derived_list(service, operation);
    if (!list) continue;
    if (key_of(rules, *list).empty()) continue;
    const std::string noun = noun_of(rules, *list);
    const auto [known, fresh] = by_noun.emplace(noun, *list);
    if (!fresh && tells_more(*list, known->second)) known->second = *list;
  }
  std::vector<DerivedList> lists;
  lists.reserve(by_noun.size());
  for (auto& [noun, list] : by_noun) lists.push_back(std::move(list));
  return lists;
}

std::string listed(std::string_view service, std::string_view operation) {
  return std::string(service) + "/" + listed_noun(operation);
}

bool is_taken(const DerivedRules& rules, const Taken& taken, const DerivedList& list) {
  return taken.lists.contains(listed(list.service.name(), list.operation.name())) ||
         taken.names.contains(id_of(rules, list)) || taken.names.contains(table_of(rules, list));
}

Error not_there(const std::string& what, const std::string& why) {
  return make_error(ErrorKind::invalid, "no_derived_types",
                    "derived services: '" + what + "' has none: " + why);
}

class Deriver {
 public:
  Deriver(const DerivedRules& rules, const Taken& taken) : rules_(rules), taken_(taken) {}

  Status add(const std::string& wanted) {
    if (wanted == "all") {
      for (const auto& service : aws::services()) {
        if (!rules_.without.contains(service.name())) add_service(service, "");
      }
      return ok();
    }
    const auto colon = wanted.find(':');
    const std::string name = wanted.substr(0, colon);
    const std::string operation = colon == std::string::npos ? std::string() : wanted.substr(colon + 1);
    const auto service = aws::find_service(name);
    if (!service)
      return not_there(wanted, "AWS has no service '" + name + "'; use the AWS CLI's word for it, or 'all'");
    if (const auto why = rules_.without.find(name); why != rules_.without.end())
      return not_there(wanted, why->second);
    if (!operation.empty()) {
      if (auto known = find_operation(name, operation); !known)
        return not_there(wanted, known.error().message);
      if (const auto why = rules_.exclude.find(wanted); why != rules_.exclude.end())
        return not_there(wanted, why->second);
    }
    if (add_service(*service, operation)) return ok();
    return not_there(wanted, operation.empty()
                                 ? "its lists are curated types, need input, or their items bear no id"
                                 : "it is a curated type, needs input, or its items bear no id; `hostmaster "
                                   "catalog list --derived` lists what there is");
  }

  std::vector<DerivedType> take() {
    std::vector<DerivedType> types;
    for (auto& [id, type] : types_) types.push_back(std::move(type));
    return types;
  }

 private:
  // Whether there was something.
  bool add_service(const aws::Service& service, const std::string& operation) {
    bool any = false;
    for (const auto& list : lists_of(rules_, service)) {
      const std::string call = name_of(service, list.operation.name());
      const auto price = rules_.paid.find(call);
      const bool named = list.operation.name() == operation;
      if (!operation.empty() && !named) continue;
      if (is_taken(rules_, taken_, list)) continue;
      any = true;
      if (price != rules_.paid.end() && !named) continue;
      DerivedType type{.id = id_of(rules_, list), .call = call, .paid = {}, .document = {}};
      if (types_.contains(type.id + " " + call)) continue;
      if (price != rules_.paid.end()) type.paid = price->second;
      type.document = document_of(rules_, list, resolver_);
      types_.emplace(type.id + " " + call, std::move(type));
    }
    return any;
  }

  const DerivedRules& rules_;
  const Taken& taken_;
  aws::EndpointResolver resolver_;
  std::map<std::string, DerivedType> types_;  // by id and call: what bears one id twice is told by the loader
};

}  // namespace

Taken taken_by(const std::vector<ResourceType>& types) {
  Taken taken;
  for (const auto& type : types) {
    taken.names.insert({type.id, type.table});
    taken.lists.insert(listed(type.list.service, type.list.operation));
    if (type.describe) taken.lists.insert(listed(type.describe->call.service, type.describe->call.operation));
  }
  return taken;
}

std::vector<Unasked> unasked(const DerivedRules& rules, const Taken& taken) {
  std::vector<Unasked> out;
  for (const auto& service : aws::services()) {
    if (rules.without.contains(service.name())) continue;
    Unasked one{std::string(service.name()), std::string(service.service_id()), {}};
    for (const auto& list : lists_of(rules, service)) {
      if (!is_taken(rules, taken, list)) one.tables.push_back(table_of(rules, list));
    }
    if (!one.tables.empty()) out.push_back(std::move(one));
  }
  return out;
}

Result<std::vector<DerivedType>> derive(const DerivedRules& rules, const std::vector<std::string>& wanted,
                                        const Taken& taken) {
  Deriver deriver(rules, taken);
  for (const auto& one : wanted) HM_DO(deriver.add(one));
  return deriver.take();
}

}  // namespace hm::catalog
