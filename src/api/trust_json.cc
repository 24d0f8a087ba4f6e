#include "api/trust_json.h"

#include "api/answer.h"

namespace hm::api {
namespace {

JsonArray gaps_json(const inventory::Trust& trust) {
  JsonArray gaps;
  for (const inventory::TrustGap& gap : trust.gaps)
    gaps.push_back(JsonObject{{"account_id", gap.place.account_id},
                              {"region", gap.place.region},
                              {"type", gap.place.type},
                              {"outcome", gap.outcome ? Json(to_string(*gap.outcome)) : Json()},
                              {"code", text_or_null(gap.code)},
                              {"swept_at", time_or_null(gap.ok_at)}});
  return gaps;
}

JsonArray unknown_columns_json(const inventory::Trust& trust) {
  JsonArray columns;
  for (const inventory::UnknownColumn& one : trust.unknown_columns)
    columns.push_back(JsonObject{{"table", one.table}, {"column", one.column}, {"rows", one.rows}});
  return columns;
}

}  // namespace

void add_trust(JsonObject& answer, const inventory::Trust& trust) {
  JsonArray unknown_types;
  for (const std::string& type : trust.unknown_types) unknown_types.emplace_back(type);
  answer["as_of"] = time_or_null(trust.as_of);
  answer["unknown_types"] = std::move(unknown_types);
  answer["gap_count"] = trust.gap_count;
  answer["gaps"] = gaps_json(trust);
  answer["unknown_columns"] = unknown_columns_json(trust);
  answer["behind_changes"] = trust.behind_changes;
  answer["behind_since"] = time_or_null(trust.behind_since);
}

}  // namespace hm::api
