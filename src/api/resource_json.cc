#include "api/resource_json.h"

#include "api/answer.h"
#include "api/coverage_numbers.h"
#include "api/filter.h"

namespace hm::api {

namespace {

// Which of the columns that every resource has cannot be known: their value is no answer of AWS's.
JsonArray unknown_columns(const Services& services, const inventory::Resource& resource) {
  JsonArray columns;
  const catalog::ResourceType* type = services.catalog->find(resource.place.type);
  if (!type) return columns;
  const std::pair<const char*, const JsonPath*> paths[] = {
      {"state", type->state.get()}, {"created_at", type->created_at.get()}, {"tags", type->tags.get()}};
  for (const auto& [name, path] : paths)
    if (path != nullptr && reads_unknown(*path, resource.unknown)) columns.emplace_back(name);
  return columns;
}

// Which of the columns that every resource has are not asked of AWS for its type: null is no answer there.
JsonArray not_read(const Services& services, const inventory::Resource& resource) {
  const catalog::ResourceType* type = services.catalog->find(resource.place.type);
  JsonArray columns;
  if (!type || !type->state) columns.emplace_back("state");
  if (!type || !type->created_at) columns.emplace_back("created_at");
  if (!type || !type->tags) columns.emplace_back("tags");
  return columns;
}

// Null where tags of the type are not read: then it is not known whether it bears any.
Json tags_json(const Services& services, const inventory::Resource& resource) {
  const catalog::ResourceType* type = services.catalog->find(resource.place.type);
  if (!type || !type->tags) return nullptr;
  JsonObject tags;
  for (const auto& [key, value] : resource.tags) tags[key] = value;
  return tags;
}

}  // namespace

Result<ResourceNames> resource_names(Services& services) {
  HM_TRY(auto accounts, services.accounts.names());
  return ResourceNames(services, std::move(accounts));
}

Result<std::vector<inventory::Condition>> filter_of(const Request& request, const ResourceNames& names) {
  const std::vector<std::string> tagged = names.services.catalog->types_with_tags();
  return parse_filter(request.param("filter"), {names.services.clock.now(), names.accounts, tagged});
}

JsonArray unknown_parts(const std::map<std::string, inventory::UnknownPart>& unknown) {
  JsonArray parts;
  for (const auto& [what, part] : unknown) {
    parts.push_back(JsonObject{
        {"what", what}, {"reason", part.message}, {"code", part.code}, {"since", format_iso(part.since)}});
  }
  return parts;
}

JsonObject resource_json(const inventory::Resource& resource, const ResourceNames& names) {
  const std::string& type = resource.place.type;
  return JsonObject{{"id", resource.id},
                    {"type", type},
                    {"type_title", type_title(names.services, type)},
                    {"service", type.substr(0, type.find('/'))},
                    {"key", resource.key},
                    {"arn", resource.arn},
                    {"name", resource.label},
                    {"account_id", resource.place.account_id},
                    {"account_name", name_of(names.accounts, resource.place.account_id)},
                    {"region", resource.region},
                    {"state", text_or_null(resource.state)},
                    {"created_at", time_or_null(resource.created_at)},
                    {"first_seen", format_iso(resource.first_seen)},
                    {"swept_at", time_or_null(resource.swept_at)},
                    {"gone_at", time_or_null(resource.gone_at)},
                    {"tags", tags_json(names.services, resource)},
                    {"unknown", unknown_parts(resource.unknown)},
                    {"unknown_columns", unknown_columns(names.services, resource)},
                    {"not_read", not_read(names.services, resource)}};
}

Json reference_json(const inventory::Resource& resource) {
  return JsonObject{{"id", resource.id},
                    {"type", resource.place.type},
                    {"key", resource.key},
                    {"name", resource.label},
                    {"account_id", resource.place.account_id},
                    {"region", resource.region},
                    {"state", text_or_null(resource.state)}};
}

}  // namespace hm::api
