#include "inventory/quota.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "inventory/judge.h"

namespace hm::inventory {
namespace {

constexpr std::string_view kQuotaSql =
    "select account_id, region, service_code, service_name, quota_code, quota_name, resource_id, unit, "
    "adjustable, value from aws_servicequotas_service_quota";
// Where a type was ever listed in full: elsewhere no row does not mean none.
constexpr std::string_view kReadSql = "select account_id, region, type from sweep where swept_at is not null";
// As many places can have been read: 300 accounts in 17 regions with 200 types.
constexpr query::Limits kReadLimits{.rows = 1'000'000, .result_bytes = 256 << 20};
constexpr query::Limits kQuotaLimits{.rows = kMostQuotas, .result_bytes = 256 << 20};

std::string text_of(const Json& value) {
  return value.is_string() ? std::string(as_text(value)) : std::string();
}

std::optional<double> number_of(const Json& value) {
  return value.is_number() ? std::optional<double>(value.to_number<double>()) : std::nullopt;
}

QuotaUse quota_of(const std::vector<Json>& row) {
  QuotaUse quota;
  quota.account_id = text_of(row[0]);
  quota.region = text_of(row[1]);
  quota.service_code = text_of(row[2]);
  quota.service_name = text_of(row[3]);
  quota.quota_code = text_of(row[4]);
  quota.quota_name = text_of(row[5]);
  quota.resource_id = text_of(row[6]);
  quota.unit = text_of(row[7]);
  if (const auto flag = number_of(row[8])) quota.adjustable = *flag != 0;
  quota.value = number_of(row[9]);
  return quota;
}

struct Counted {
  double used = 0;
  std::string fullest;
};

// What the inventory counted for one fact, and where it could not.
class Count {
 public:
  Count(const AskedTogether::Part& asked, const Sighted& sighted, const catalog::Catalog& catalog,
        const identity::Scope& scope, const std::set<Place>& read)
      : asked_(asked), sighted_(sighted), read_(read), all_regions_(!scope.regions.has_value()) {
    const auto column = [&](std::string_view name) -> std::optional<size_t> {
      const auto& columns = asked.answer.columns;
      const auto found = std::find(columns.begin(), columns.end(), name);
      if (found == columns.end()) return std::nullopt;
      return static_cast<size_t>(found - columns.begin());
    };
    const auto account = column("account_id"), region = column("region"), used = column("used"),
               fullest = column("fullest");
    regional_ = region.has_value();
    for (const auto& row : asked.answer.rows) {
      const auto number = used ? number_of(row[*used]) : std::nullopt;
      const std::string id = account ? text_of(row[*account]) : std::string();
      const std::string where = region ? text_of(row[*region]) : std::string();
      // A sum over a column that is NULL in each row is not known.
      if (number)
        counted_[{id, where}] = {*number, fullest ? text_of(row[*fullest]) : std::string()};
      else
        uncounted_.insert({id, where});
    }
    for (const auto* type : types_behind(catalog, asked.answer.tables)) types_.push_back(type);
  }

  void tell(QuotaUse& quota) const {
    quota.unknown = why_unknown(quota);
    if (!quota.unknown.empty()) return;
    const auto found = counted_.find({quota.account_id, regional_ ? quota.region : std::string()});
    // An ok sweep without a row says that nothing is used.
    quota.used = found == counted_.end() ? 0 : found->second.used;
    if (found != counted_.end()) quota.fullest = found->second.fullest;
  }

 private:
  std::string why_unknown(const QuotaUse& quota) const {
    for (const auto& one : asked_.unknown_columns)
      return one.column + " of " + one.table + " could not be read for " + std::to_string(one.rows) + " rows";
    if (!regional_ && !all_regions_) return "it is the whole account's, of which you see some regions";
    if (asked_.answer.truncated) return "there is more than can be counted";
    if (uncounted_.contains({quota.account_id, regional_ ? quota.region : std::string()}))
      return "AWS did not tell what is to be added up";
    for (const auto* type : types_) {
      if (!sighted_.ok_at.contains(type->id)) return type->title + ": no sweep has ended well yet";
    }
    for (const auto& gap : sighted_.gaps) {
      if (gap.place.account_id == quota.account_id && concerns(gap.place, quota))
        return gap.place.type + " in " + gap.place.region + ": " +
               (gap.outcome ? std::string(to_string(*gap.outcome)) : "not read") +
               (gap.code.empty() ? "" : " (" + gap.code + ")");
    }
    for (const auto* type : types_) {
      if (!was_read(*type, quota)) return type->title + ": nobody has asked for it here";
    }
    return {};
  }

  bool was_read(const catalog::ResourceType& type, const QuotaUse& quota) const {
    if (type.scope != catalog::Scope::region) return read_.contains({quota.account_id, "global", type.id});
    if (regional_) return read_.contains({quota.account_id, quota.region, type.id});
    return std::any_of(read_.begin(), read_.end(), [&](const Place& place) {
      return place.account_id == quota.account_id && place.type == type.id;
    });
  }

  bool concerns(const Place& place, const QuotaUse& quota) const {
    if (place.type == kRegionsType) return !regional_ && regional_type();
    return std::any_of(types_.begin(), types_.end(), [&](const catalog::ResourceType* type) {
      return type->id == place.type &&
             (!regional_ || type->scope != catalog::Scope::region || place.region == quota.region);
    });
  }

  bool regional_type() const {
    return std::any_of(types_.begin(), types_.end(), [](const catalog::ResourceType* type) {
      return type->scope == catalog::Scope::region;
    });
  }

  const AskedTogether::Part& asked_;
  const Sighted& sighted_;
  const std::set<Place>& read_;
  const bool all_regions_;
  bool regional_ = true;
  std::map<std::pair<std::string, std::string>, Counted> counted_;  // account, region
  std::set<std::pair<std::string, std::string>> uncounted_;
  std::vector<const catalog::ResourceType*> types_;
};

// The fullest first; then what is not known, since it may be full; then what nobody counts.
int rank(const QuotaUse& quota) {
  if (quota.share()) return 0;
  return quota.counts.empty() ? 2 : 1;
}

bool before(const QuotaUse& a, const QuotaUse& b) {
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  const double left = a.share().value_or(0), right = b.share().value_or(0);
  if (left != right) return left > right;
  return std::tie(a.account_id, a.region, a.service_code, a.quota_name, a.quota_code) <
         std::tie(b.account_id, b.region, b.service_code, b.quota_name, b.quota_code);
}

}  // namespace

Result<QuotaList> quota_list(store::Database& database, query::QueryDatabase& query,
                             const catalog::Catalog& catalog, const identity::Scope& scope,
                             const std::stop_token& stop) {
  // To open the query database costs more than to count: all is asked at once.
  std::vector<query::Statement> statements = {{std::string(kQuotaSql), {}, kQuotaLimits},
                                              {std::string(kReadSql), {}, kReadLimits}};
  for (const auto& fact : catalog.quotas()) statements.push_back({fact.sql, {}, kQuotaLimits});
  HM_TRY(auto together, ask_together(query, catalog, statements, scope, stop));
  const auto& quotas = together.parts[0];
  if (quotas.answer.truncated)
    return make_error(ErrorKind::exhausted, "query_limit",
                      "there are more quotas than can be told at once: ask for fewer accounts");
  QuotaList list;
  HM_TRY(list.trust, trust_of(database, catalog, together, quotas));
  std::set<Place> read;
  for (const auto& row : together.parts[1].answer.rows)
    read.insert({text_of(row[0]), text_of(row[1]), text_of(row[2])});
  std::map<std::pair<std::string, std::string>, std::vector<QuotaUse*>> by_code;
  list.quotas.reserve(quotas.answer.rows.size());
  for (const auto& row : quotas.answer.rows) list.quotas.push_back(quota_of(row));
  for (auto& quota : list.quotas) by_code[{quota.service_code, quota.quota_code}].push_back(&quota);
  size_t next = 2;
  for (const auto& fact : catalog.quotas()) {
    const auto& asked = together.parts[next++];
    const auto these = by_code.find({fact.service_code, fact.quota_code});
    if (these == by_code.end()) continue;
    const Count count(asked, together.sighted, catalog, scope, read);
    for (QuotaUse* quota : these->second) {
      quota->counts = fact.counts;
      count.tell(*quota);
    }
  }
  std::sort(list.quotas.begin(), list.quotas.end(), before);
  return list;
}

}  // namespace hm::inventory
