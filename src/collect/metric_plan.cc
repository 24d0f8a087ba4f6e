#include "collect/metric_plan.h"

#include <algorithm>
#include <limits>
#include <set>

#include "base/crypto.h"
#include "catalog/fill.h"
#include "inventory/trail.h"

namespace hm::collect {

namespace {

constexpr int kChanges = 1000;
constexpr int kResources = 500;
// Of one metric. S3 has 27 storage types. Where there are more, none is read, since some of them are no sum.
constexpr size_t kMostParts = 60;

// "aws-cn" of "arn:aws-cn:ec2:…".
std::string partition_of(const std::string& arn) {
  if (!arn.starts_with("arn:")) return "aws";
  return arn.substr(4, arn.find(':', 4) - 4);
}

std::optional<std::string> dimension_of(const std::string& source, const Json& document,
                                        const catalog::Facts& facts) {
  const bool is_template = source.find("${") != std::string::npos;
  auto text = catalog::fill_text(is_template ? source : "${" + source + "}", document, facts);
  return text && !text->empty() ? std::optional(std::move(*text)) : std::nullopt;
}

// A series for each part that there is.
void add_parts(const catalog::Metric& metric, const Json& document, const JsonArray& dimensions,
               const series::Declared& whole, std::vector<series::Declared>& metrics) {
  const Json values = metric.parts.second.eval(document);
  if (!values.is_array()) return;
  std::set<std::string> parts;
  for (const Json& value : values.get_array())
    if (value.is_string()) parts.insert(std::string(as_text(value)));
  if (parts.size() > kMostParts) return;
  for (const std::string& part : parts) {
    JsonArray with_part = dimensions;
    with_part.push_back(JsonObject{{"Name", metric.parts.first}, {"Value", part}});
    series::Declared declared = whole;
    declared.dimensions = to_json(with_part);
    declared.part = part;
    metrics.push_back(std::move(declared));
  }
}

// Of all that is declared: what differs is declared otherwise.
std::string hash_of_metrics(const catalog::Catalog& types) {
  std::string text;
  const auto add = [&](const std::string& part) { text.append(part).push_back('\n'); };
  for (const auto& type : types.resources()) {
    if (type.metrics.empty()) continue;
    add(type.id);
    for (const catalog::Metric& metric : type.metrics) {
      for (const auto* part : {&metric.metric_namespace, &metric.name, &metric.statistic}) add(*part);
      add(std::to_string(metric.period.count()) + (metric.continuous ? " continuous" : " events"));
      for (const auto* pairs : {&metric.dimensions, &metric.fixed})
        for (const auto& [name, value] : *pairs)
          add((pairs == &metric.fixed ? "=" : "") + name + " " + value);
      if (!metric.parts.first.empty()) add("+" + metric.parts.first + " " + metric.parts.second.text());
    }
  }
  return sha256_hex(text);
}

}  // namespace

MetricPlan::MetricPlan(const catalog::Catalog& catalog, store::Database& database)
    : catalog_(catalog), database_(database), declared_(hash_of_metrics(catalog)), codec_(database) {}

std::vector<series::Declared> metrics_of(const catalog::ResourceType& type, const inventory::Place& place,
                                         const inventory::State& state) {
  const std::string partition = partition_of(state.arn);
  std::string region = state.region.empty() ? place.region : state.region;
  if (region == "global") region = inventory::home_region_of(partition);
  const catalog::Facts facts{
      {"partition", Json(partition)}, {"region", Json(region)}, {"account_id", Json(place.account_id)}};
  std::vector<series::Declared> metrics;
  for (const catalog::Metric& metric : type.metrics) {
    JsonArray dimensions;
    bool whole = true;
    for (const auto& [name, source] : metric.dimensions) {
      const auto value = dimension_of(source, state.document, facts);
      whole = whole && value.has_value();
      if (value) dimensions.push_back(JsonObject{{"Name", name}, {"Value", *value}});
    }
    for (const auto& [name, value] : metric.fixed)
      dimensions.push_back(JsonObject{{"Name", name}, {"Value", value}});
    if (!whole) continue;
    series::Declared declared{metric.metric_namespace, metric.name, metric.statistic,
                              to_json(dimensions),     region,      metric.period,
                              metric.continuous};
    if (metric.parts.first.empty()) {
      metrics.push_back(std::move(declared));
    } else {
      add_parts(metric, state.document, dimensions, declared, metrics);
    }
  }
  return metrics;
}

struct MetricPlan::Row {
  int64_t number = 0;
  inventory::Place place;
  bool gone = false;
  std::string payload;
};

Status MetricPlan::declare_one(store::Transaction& transaction, const Row& row) {
  const auto* type = catalog_.find(row.place.type);
  // What such a type had under another catalog all() has ended.
  if (type == nullptr || type->metrics.empty()) return ok();
  std::vector<series::Declared> metrics;
  if (!row.gone && !row.payload.empty()) {
    HM_TRY(Json json, codec_.unpack(transaction, row.payload));
    metrics = metrics_of(*type, row.place, inventory::state_from(std::move(json)));
  }
  return series::declare(transaction, row.place.account_id, row.number, metrics, database_.clock().now());
}

Status MetricPlan::declare(store::Transaction& transaction, const std::vector<int64_t>& numbers) {
  for (const int64_t number : numbers) {
    HM_TRY(
        const auto row,
        transaction.one("select r.account_id, r.place_region, r.type, r.gone_at, v.payload from resource r "
                        "join resource_version v on v.id = r.version_id where r.id = $1",
                        {number}, [&](const store::Row& found) {
                          return Row{number,
                                     {found.string(0), found.string(1), found.string(2)},
                                     !found.is_null(3),
                                     found.string(4)};
                        }));
    HM_DO(row ? declare_one(transaction, *row)
              : series::declare(transaction, "", number, {}, database_.clock().now()));
  }
  return ok();
}

// Ends what is asked for of resources that are gone, or missing, or whose type has no metrics any more:
// neither a type nor the log leads to them.
Status MetricPlan::end_rest(const std::stop_token& stop) {
  struct Found {
    int64_t number = 0;
    std::string type;  // empty: there is no such resource
  };
  int64_t after = std::numeric_limits<int64_t>::min();
  while (!stop.stop_requested()) {
    HM_TRY(const auto found,
           database_.write(
               "planning metrics", [&](store::Transaction& transaction) -> Result<std::vector<Found>> {
                 HM_TRY(auto some,
                        transaction.all(
                            "select distinct s.resource_id, r.type from series s left join resource r on "
                            "r.id = s.resource_id and r.gone_at is null where s.due_at is not null and "
                            "s.resource_id > $1 order by s.resource_id limit $2",
                            {after, kResources}, [](const store::Row& row) {
                              return Found{row.integer(0), row.is_null(1) ? std::string() : row.string(1)};
                            }));
                 for (const Found& one : some) {
                   const auto* type = one.type.empty() ? nullptr : catalog_.find(one.type);
                   if (type != nullptr && !type->metrics.empty()) continue;
                   HM_DO(series::declare(transaction, "", one.number, {}, database_.clock().now()));
                 }
                 return some;
               }));
    if (found.empty()) break;
    after = found.back().number;
  }
  return ok();
}

// By type, in the order of ids, with transactions of their own. What changes meanwhile comes with the log.
Status MetricPlan::all(const std::stop_token& stop) {
  HM_TRY(const int64_t position, database_.last_change());
  for (const auto& type : catalog_.resources()) {
    if (type.metrics.empty()) continue;
    int64_t after = std::numeric_limits<int64_t>::min();
    while (!stop.stop_requested()) {
      HM_TRY(const auto numbers,
             database_.write(
                 "planning metrics", [&](store::Transaction& transaction) -> Result<std::vector<int64_t>> {
                   HM_TRY(
                       auto found,
                       transaction.all("select id from resource where type = $1 and id > $2 and gone_at is "
                                       "null order by id limit $3",
                                       {type.id, after, kResources},
                                       [](const store::Row& row) { return row.integer(0); }));
                   HM_DO(declare(transaction, found));
                   return found;
                 }));
      if (numbers.empty()) break;
      after = numbers.back();
    }
  }
  HM_DO(end_rest(stop));
  if (stop.stop_requested()) return ok();
  return database_.write("planning metrics", [&](store::Transaction& transaction) {
    return series::set_followed_to(transaction, {position, declared_});
  });
}

Result<bool> MetricPlan::step(int64_t position) {
  HM_TRY(const auto changes, database_.follow(position, kChanges));
  if (changes.empty()) return false;
  std::set<int64_t> numbers;
  for (const auto& change : changes) {
    if (change.noun != "resource") continue;
    if (const auto number = inventory::resource_number(std::string_view(change.id))) numbers.insert(*number);
  }
  auto declared = database_.write("planning metrics", [&](store::Transaction& transaction) -> Status {
    HM_DO(declare(transaction, {numbers.begin(), numbers.end()}));
    return series::set_followed_to(transaction, {changes.back().seq, declared_});
  });
  if (!declared) return std::move(declared.error());
  return true;
}

Status MetricPlan::follow(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    HM_TRY(const auto followed, series::followed_to(database_));
    // Another catalog declares other metrics, of resources that may never change again.
    if (!followed || followed->declared != declared_) {
      HM_DO(all(stop));
      continue;
    }
    auto more = step(followed->position);
    if (!more && more.error().code == "trimmed") {
      HM_DO(all(stop));
      continue;
    }
    if (!more) return std::move(more.error());
    if (!*more) break;
  }
  return ok();
}

}  // namespace hm::collect
