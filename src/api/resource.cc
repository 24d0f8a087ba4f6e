#include <functional>

#include "api/change_json.h"
#include "api/column_title.h"
#include "api/coverage_numbers.h"
#include "api/filter.h"
#include "api/resource_json.h"
#include "api/route.h"
#include "api/search_json.h"
#include "api/tag_settings.h"
#include "base/encoding.h"

namespace hm::api {

namespace {

Result<ServerResponse> list_resources(Services& services, const Request& request);
Result<ServerResponse> get_resource(Services& services, const Request& request);
Result<ServerResponse> get_history(Services& services, const Request& request);
Result<ServerResponse> describe_filter(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/resources", Access::viewer, list_resources},
    {"GET", "/api/v1/resources/{id}", Access::viewer, get_resource},
    {"GET", "/api/v1/resources/{id}/history", Access::viewer, get_history},
    {"GET", "/api/v1/filter", Access::viewer, describe_filter},
};

constexpr int kFacetValues = 30;

struct SortName {
  std::string_view name;
  inventory::Sort sort;
};
constexpr SortName kSorts[] = {
    {"name", inventory::Sort::name},
    {"type", inventory::Sort::type},
    {"account", inventory::Sort::account},
    {"region", inventory::Sort::region},
    {"state", inventory::Sort::state},
    {"created_at", inventory::Sort::created_at},
    {"first_seen", inventory::Sort::first_seen},
};

Result<inventory::ListQuery> query_of(const Request& request, const ResourceNames& names) {
  inventory::ListQuery query;
  HM_TRY(query.conditions, filter_of(request, names));
  HM_TRY(query.limit, limit_of(request));
  query.cursor = request.param("cursor");
  const std::string_view order = request.param("order", "asc");
  if (order != "asc" && order != "desc") return invalid("order", "order is asc or desc");
  query.descending = order == "desc";
  const std::string_view sort = request.param("sort", "name");
  for (const SortName& known : kSorts) {
    if (known.name != sort) continue;
    query.sort = known.sort;
    return query;
  }
  return invalid("sort", "sort is name, type, account, region, state, created_at or first_seen");
}

Result<JsonArray> facets_of(Services& services, const identity::Scope& scope,
                            const inventory::ListQuery& query, const ResourceNames& names) {
  HM_TRY(const auto counted,
         inventory::count_facets(services.database, scope, query.conditions, kFacetValues));
  JsonArray facets;
  const auto add = [&](std::string_view key, std::string_view title, const inventory::Counts& counts,
                       const std::function<std::string(const std::string&)>& title_of) {
    JsonArray values;
    for (const auto& count : counts.values) {
      values.push_back(
          JsonObject{{"value", count.value}, {"title", title_of(count.value)}, {"count", count.count}});
    }
    facets.push_back(
        JsonObject{{"key", key}, {"title", title}, {"values", std::move(values)}, {"more", counts.more}});
  };
  const auto itself = [](const std::string& value) { return value; };
  add("type", "Type", counted.type, [&](const auto& type) { return type_title(services, type); });
  add("account", "Account", counted.account, [&](const auto& id) { return name_of(names.accounts, id); });
  add("region", "Region", counted.region, itself);
  add("state", "State", counted.state, itself);
  return facets;
}

Result<ServerResponse> list_resources(Services& services, const Request& request) {
  HM_TRY(const auto names, resource_names(services));
  HM_TRY(auto query, query_of(request, names));
  const identity::Scope scope = scope_of(request);
  HM_TRY(const auto searched, resolve_filter(services, scope, query.conditions));
  HM_TRY(const auto page, inventory::list_resources(services.database, scope, query));
  HM_TRY(const SweepTally counts, sweep_tally(services, scope));
  std::map<std::string, std::vector<std::string>> why;
  if (searched) {
    HM_TRY(why, services.search->why(page.items, query.conditions));
  }
  JsonArray items;
  for (const auto& resource : page.items) {
    JsonObject item = resource_json(resource, names);
    if (const auto found = why.find(resource.id); found != why.end())
      item["matched"] = JsonArray(found->second.begin(), found->second.end());
    items.push_back(std::move(item));
  }
  JsonArray facets;
  if (request.param("facets") == "true") {
    HM_TRY(facets, facets_of(services, scope, query, names));
  }
  return json_answer(JsonObject{{"items", std::move(items)},
                                {"total", page.total},
                                {"next_cursor", text_or_null(page.next_cursor)},
                                {"as_of", time_or_null(counts.oldest)},
                                {"gaps", counts.not_ok() + counts.pending},
                                {"search", searched ? freshness_json(*searched) : Json(nullptr)},
                                {"facets", std::move(facets)}});
}

JsonArray fields_of(const Services& services, const inventory::Detail& detail) {
  JsonArray fields;
  const catalog::ResourceType* type = services.catalog->find(detail.resource.place.type);
  if (!type) return fields;
  for (const auto& column : type->columns) {
    const bool unknown = reads_unknown(column.path, detail.state.unknown);
    fields.push_back(JsonObject{{"name", column.name},
                                {"title", column_title(column.name)},
                                {"type", to_string(column.type)},
                                {"value", unknown ? Json(nullptr) : column.path.eval(detail.state.document)},
                                {"unknown", unknown}});
  }
  return fields;
}

JsonArray relations_of(const Services& services, const inventory::Detail& detail) {
  JsonArray relations;
  for (const auto& relation : detail.relations) {
    relations.push_back(JsonObject{
        {"name", relation.name},
        {"title", relation.outgoing ? column_title(relation.name) : type_title(services, relation.type)},
        {"direction", relation.outgoing ? "out" : "in"},
        {"type", relation.type},
        {"target", relation.target},
        {"resource", relation.resource ? reference_json(*relation.resource) : Json(nullptr)}});
  }
  return relations;
}

Json console_url(const std::string& arn) {
  // The other partitions have consoles of their own without such a door.
  if (!arn.starts_with("arn:aws:")) return nullptr;
  return Json("https://console.aws.amazon.com/go/view?arn=" + percent_encode(arn));
}

Result<ServerResponse> get_resource(Services& services, const Request& request) {
  HM_TRY(const auto names, resource_names(services));
  HM_TRY(const auto detail,
         inventory::get_resource(services.database, request.principal.scope, request.path[0]));
  JsonObject answer = resource_json(detail.resource, names);
  JsonObject read_at;
  for (const auto& [part, at] : detail.state.read_at) read_at[part] = format_iso(at);
  answer["document"] = detail.state.document;
  answer["fields"] = fields_of(services, detail);
  answer["relations"] = relations_of(services, detail);
  answer["read_at"] = std::move(read_at);
  answer["versions"] = detail.versions;
  HM_TRY(answer["owner"], owner_json(services, request.principal.scope, detail.resource));
  answer["console_url"] = console_url(detail.resource.arn);
  return json_answer(answer);
}

Json version_json(const inventory::Version& version, const inventory::Who& who) {
  JsonObject answer = comparison_json(version.comparison);
  answer["version"] = version.version;
  answer["valid_from"] = format_iso(version.valid_from);
  answer["valid_to"] = time_or_null(version.valid_to);
  answer["kind"] = version.kind;
  answer["compared_with_none"] = version.compared_with_none;
  answer["who"] = who_json(who);
  return answer;
}

Result<ServerResponse> get_history(Services& services, const Request& request) {
  HM_TRY(const int limit, limit_of(request));
  HM_TRY(const int64_t before, position_of(request));
  HM_TRY(const auto history, inventory::get_history(services.database, *services.catalog,
                                                    request.principal.scope, request.path[0], before, limit));
  std::vector<inventory::Event> events;
  for (const auto& version : history.versions)
    events.push_back({.kind = version.kind,
                      .at = version.valid_from,
                      .seen_before = version.seen_before,
                      .resource = history.resource});
  HM_TRY(const auto who, who_made(services, events));
  JsonArray items;
  for (size_t i = 0; i < history.versions.size(); ++i)
    items.push_back(version_json(history.versions[i], who[i]));
  return json_answer(JsonObject{
      {"items", std::move(items)},
      {"next_cursor",
       history.next_before == 0 ? Json(nullptr) : Json(make_cursor(std::to_string(history.next_before)))}});
}

Result<ServerResponse> describe_filter(Services&, const Request&) {
  JsonArray keys;
  for (const FilterKey& key : filter_keys()) {
    keys.push_back(
        JsonObject{{"name", key.name}, {"description", key.description}, {"example", key.example}});
  }
  return json_answer(JsonObject{{"keys", std::move(keys)}});
}

}  // namespace

std::span<const Route> resource_routes() { return kRoutes; }

}  // namespace hm::api
