// Ctrl-K: what bears these words, best first, and why.
#include "api/coverage_numbers.h"
#include "api/resource_json.h"
#include "api/route.h"
#include "api/search_json.h"

namespace hm::api {

namespace {

Result<ServerResponse> search(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/search", Access::viewer, search},
};

constexpr int kMostResults = 100;
constexpr int kFewResults = 20;

Json hit_json(const inventory::SearchHit& hit, const ResourceNames& names) {
  JsonArray matched;
  for (const auto& field : hit.matched)
    matched.push_back(JsonObject{{"field", field.name}, {"value", field.value}});
  return JsonObject{{"resource", JsonObject{{"id", hit.id},
                                            {"type", hit.type},
                                            {"key", hit.key},
                                            {"name", hit.label},
                                            {"account_id", hit.account_id},
                                            {"region", hit.region},
                                            {"state", text_or_null(hit.state)}}},
                    {"type_title", type_title(names.services, hit.type)},
                    {"account_name", name_of(names.accounts, hit.account_id)},
                    {"gone_at", time_or_null(hit.gone_at)},
                    {"matched", std::move(matched)}};
}

Result<ServerResponse> search(Services& services, const Request& request) {
  if (!services.search) return no_search();
  int limit = kFewResults;
  if (!request.param("limit").empty()) {
    HM_TRY(limit, limit_of(request));
    if (limit > kMostResults) return invalid("limit", "limit is 1 to 100");
  }
  auto question = inventory::parse_search(request.param("q"));
  if (!question) return invalid("q", question.error().message);
  const identity::Scope scope = scope_of(request);
  HM_TRY(const auto answer, services.search->find(*question, scope, limit));
  HM_TRY(const SweepTally counts, sweep_tally(services, scope));
  HM_TRY(const auto names, resource_names(services));
  JsonArray items;
  for (const auto& hit : answer.items) items.push_back(hit_json(hit, names));
  return json_answer(JsonObject{{"items", std::move(items)},
                                {"more", answer.more},
                                {"as_of", time_or_null(counts.oldest)},
                                {"gaps", counts.not_ok() + counts.pending},
                                {"search", freshness_json(answer.freshness)}});
}

}  // namespace

std::span<const Route> search_routes() { return kRoutes; }

}  // namespace hm::api
