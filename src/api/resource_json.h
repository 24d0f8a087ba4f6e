// A resource as answers show it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/route.h"
#include "api/services.h"
#include "base/json.h"
#include "inventory/read.h"

namespace hm::api {

// What is looked up once for a whole list.
struct ResourceNames {
  ResourceNames(const Services& services_in, std::shared_ptr<const AccountBook::Names> names_in)
      : services(services_in), names(std::move(names_in)), accounts(*names) {}
  const Services& services;
  const std::shared_ptr<const AccountBook::Names> names;
  const AccountBook::Names& accounts;
};
Result<ResourceNames> resource_names(Services& services);

// The request's parameter "filter", parsed.
Result<std::vector<inventory::Condition>> filter_of(const Request& request, const ResourceNames& names);

JsonObject resource_json(const inventory::Resource& resource, const ResourceNames& names);
Json reference_json(const inventory::Resource& resource);
JsonArray unknown_parts(const std::map<std::string, inventory::UnknownPart>& unknown);

}  // namespace hm::api
