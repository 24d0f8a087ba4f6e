// Which metrics CloudWatch has.
#include <algorithm>
#include <charconv>

#include "base/crypto.h"
#include "base/encoding.h"
#include "sim/state/handlers.h"
#include "sim/state/metric_values.h"

namespace hm::sim {

namespace {

constexpr size_t kPage = 500;

struct Filter {
  std::string name;
  std::optional<std::string> value;  // none: any
};

std::vector<Filter> filters_of(const Call& call) {
  std::vector<Filter> filters;
  const auto* list = call.find("Dimensions");
  if (list == nullptr || !list->is_array()) return filters;
  for (const auto& one : list->get_array()) {
    filters.push_back({std::string(member_text(one, "Name")), std::nullopt});
    if (member(one, "Value") != nullptr) filters.back().value = std::string(member_text(one, "Value"));
  }
  return filters;
}

bool fits(const Dimensions& dimensions, const std::vector<Filter>& filters) {
  return std::all_of(filters.begin(), filters.end(), [&](const Filter& filter) {
    const auto found = dimensions.find(filter.name);
    return found != dimensions.end() && (!filter.value || *filter.value == found->second);
  });
}

// A token belongs to the request that it was given for.
std::string form_of(const Call& call) {
  Json rest = call.params;
  rest.get_object().erase("NextToken");
  return sha256_hex(to_json(sorted(rest)) + call.account_id + call.region).substr(0, 16);
}

Result<size_t> behind_of(const Call& call, const std::string& form) {
  const auto given = call.text("NextToken");
  if (given.empty()) return size_t{0};
  const auto text = unbase64(given).value_or(std::string());
  size_t behind = 0;
  const auto* end = text.data() + text.size();
  const bool ours = text.starts_with(form + ".");
  if (!ours || std::from_chars(text.data() + form.size() + 1, end, behind).ptr != end)
    return refusal(400, "InvalidParameterValue", "The parameter NextToken is invalid.");
  return behind;
}

Json metric_json(const MetricValues::Listed& one) {
  JsonArray dimensions;
  for (const auto& [name, value] : one.dimensions)
    dimensions.push_back(JsonObject{{"Name", name}, {"Value", value}});
  return JsonObject{
      {"Namespace", one.metric_namespace}, {"MetricName", one.name}, {"Dimensions", std::move(dimensions)}};
}

}  // namespace

Result<Json> list_metrics(const Call& call) {
  const auto filters = filters_of(call);
  const auto form = form_of(call);
  HM_TRY(const size_t behind, behind_of(call, form));
  Dimensions wanted;
  for (const auto& filter : filters)
    if (filter.value) wanted[filter.name] = *filter.value;
  const auto name = call.text("MetricName");
  auto all = MetricValues::list(call, call.text("Namespace"), wanted);
  std::erase_if(all, [&](const MetricValues::Listed& one) {
    return (!name.empty() && one.name != name) || !fits(one.dimensions, filters);
  });
  JsonArray metrics;
  for (size_t i = behind; i < all.size() && i < behind + kPage; ++i) metrics.push_back(metric_json(all[i]));
  JsonObject answer{{"Metrics", std::move(metrics)}};
  if (behind + kPage < all.size()) answer["NextToken"] = base64(form + "." + std::to_string(behind + kPage));
  return Json(std::move(answer));
}

}  // namespace hm::sim
