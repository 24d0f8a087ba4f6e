#include "inventory/stored.h"

#include "base/log.h"

namespace hm::inventory {
namespace {

constexpr size_t kNumbersPerRead = 200;

constexpr std::string_view kRowSql =
    "select r.id, r.account_id, r.place_region, r.type, r.key, r.first_seen, r.gone_at, v.payload, r.region, "
    "r.arn, "
    "r.name, r.state, r.created_at, r.tags from resource r join resource_version v on v.id = r.version_id";

}  // namespace

std::set<int64_t> changed_numbers(const std::vector<store::Change>& changes) {
  std::set<int64_t> numbers;
  for (const store::Change& change : changes)
    if (change.noun == "resource")
      if (const auto number = resource_number(std::string_view(change.id))) numbers.insert(*number);
  return numbers;
}

Status StoredResources::read(const store::Row& row, const Take& take) {
  const RowFacts facts{.number = row.integer(0),
                       .place = {row.string(1), row.string(2), row.string(3)},
                       .key = row.string(4),
                       .first_seen = row.time(5),
                       .gone_at = row.maybe_time(6)};
  if (!row.is_null(7)) {
    JsonArena arena(room_.data(), room_.size());
    auto json = codec_.unpack(row.text(7), arena);
    if (json) return take(facts, state_from(std::move(*json)));
    if (damaged_ == Damaged::fails)
      return std::move(json.error()).context("reading " + resource_id(facts.number));
    log_warning("inventory", "the document of " + resource_id(facts.number) + " (" + facts.key +
                                 ") is damaged: only its name, ARN and tags are searched");
  }
  State state;
  state.region = row.string(8);
  state.arn = row.string(9);
  state.name = row.string(10);
  state.state = row.string(11);
  state.created_at = row.maybe_time(12);
  HM_TRY(const Json tags, parse_json(row.text(13)));
  state.tags = tags_from(tags);
  return take(facts, state);
}

Status StoredResources::each(store::Reader& reader, const std::set<int64_t>& numbers, const Take& take) {
  HM_DO(codec_.learn(reader));
  for (auto at = numbers.begin(); at != numbers.end();) {
    store::Params params;
    std::string places;
    for (; at != numbers.end() && params.size() < kNumbersPerRead; ++at) {
      params.emplace_back(*at);
      places += (places.empty() ? "$" : ", $") + std::to_string(params.size());
    }
    HM_DO(reader.each(std::string(kRowSql) + " where r.id in (" + places + ")", params,
                      [&](const store::Row& row) { return read(row, take); }));
  }
  return ok();
}

Status StoredResources::each_after(store::Reader& reader, std::optional<int64_t> after, int64_t limit,
                                   const Take& take) {
  HM_DO(codec_.learn(reader));
  std::string sql(kRowSql);
  store::Params params;
  if (after.has_value()) {
    params.emplace_back(*after);
    sql += " where r.id > $1";
  }
  if (limit > 0) {
    params.emplace_back(limit);
    sql += " order by r.id limit $" + std::to_string(params.size());
  }
  return reader.each(sql, params, [&](const store::Row& row) { return read(row, take); });
}

}  // namespace hm::inventory
