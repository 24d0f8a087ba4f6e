#include "collect/observe.h"

namespace hm::collect {

using inventory::Observed;

namespace {

void list(const Tools& tools, const SweepContext& context, Observation& listing,
          std::atomic<int64_t>& calls) {
  const auto& type = context.type;
  if (listing.status = have_credentials(context); !listing.status) return;
  auto params = catalog::fill(type.list.params, Json(JsonObject{}), facts_of(context.origin));
  if (!params) {
    listing.status = std::move(params.error());
    return;
  }
  const auto permit =
      tools.limits.acquire(context.origin.account_id, context.target.region, type.list.service, context.stop);
  const auto take = [&](Json page) -> Status {
    ++calls;
    Json found = type.items.take(std::move(page));
    JsonArray one;
    if (found.is_object()) one.push_back(std::move(found));
    auto& items = found.is_array() ? found.get_array() : one;
    for (auto& item : items) {
      if (!item.is_object() || (type.where && !type.where->holds(item))) continue;
      tools.redactor.apply(type, {}, item);
      Observed observed;
      observed.document = std::move(item);
      observed.id = id_of(type, observed.document);
      if (observed.id.empty())
        return make_error(ErrorKind::corrupt, "no_key", "an item has no " + type.key.text());
      listing.items.push_back(std::move(observed));
    }
    if (listing.items.size() > kMaxItems)
      return make_error(ErrorKind::exhausted, "too_many_items", "more than a million items");
    return ok();
  };
  const auto ask = [&](const aws::CallOptions& options) {
    auto status =
        tools.client.pages(type.list.service, type.list.operation, *params, context.target, take, options);
    if (calls == 0) calls = 1;  // one that failed was a call too
    return status;
  };
  listing.status = tools.reachability.call(reached_as(context, context.target.region), type.list.service,
                                           false, call_options(context.stop), ask);
  if (!listing.status) listing.status = explain(std::move(listing.status.error()), type.list);
}

}  // namespace

Observation observe(const Tools& tools, WorkerPool& pool, size_t details_at_once, const SweepContext& context,
                    const std::map<std::string, PartTimes>& read_before, std::atomic<int64_t>& calls) {
  Observation seen;
  list(tools, context, seen, calls);
  for (int round = 1; round < kRounds && !seen.status && is_by_chance(seen.status.error()); ++round) {
    if (context.stop.stop_requested()) break;
    Observation again;
    list(tools, context, again, calls);
    if (!again.status && is_passed_by(again.status.error())) break;
    seen = std::move(again);
  }
  if (context.type.details.empty()) {
    for (auto& item : seen.items) derive(context.type, context.origin, item);
    return seen;
  }
  const auto dependencies = dependencies_of(context.type);
  const PartTimes never;
  // Details of a list that failed half-way are read too: what was seen is true.
  pool.for_each(seen.items.size(), details_at_once, [&](size_t i) {
    if (context.stop.stop_requested()) return;
    auto& item = seen.items[i];
    const auto times = read_before.find(item.id);
    read_details(tools, context, dependencies, times == read_before.end() ? never : times->second, item,
                 calls);
    derive(context.type, context.origin, item);
  });
  return seen;
}

}  // namespace hm::collect
