#include "collect/metric_follower.h"

#include <algorithm>

#include "base/log.h"

namespace hm::collect {

using series::Series;

void MetricFollower::tell(const std::string& account_id, const std::string& trouble) {
  const bool news = accounts_.with([&](Accounts& accounts) {
    auto& entry = accounts[account_id];
    return std::exchange(entry.trouble, trouble) != trouble && !trouble.empty();
  });
  if (news) log_warning("collect", "metrics of account " + account_id + " are not read: " + trouble);
}

void MetricFollower::add(Lanes& lanes, const std::shared_ptr<const AccountView>& view,
                         const std::string& region, std::vector<Series> due, std::chrono::seconds interval) {
  accounts_.with([&](Accounts& accounts) { ++accounts[view->id].running; });
  const auto ended = [this, id = view->id] {
    accounts_.with([&](Accounts& accounts) { --accounts[id].running; });
  };
  auto shared = std::make_shared<const std::vector<Series>>(std::move(due));
  const auto added = lanes.add(
      {view->id + "/" + region, [=, this](const std::stop_token& stop) {
         const MetricsRead read = reader_.read(*view, region, *shared, interval, stop);
         if (!stop.stop_requested())
           tell(view->id, read.error ? read.error->code + ": " + read.error->message : std::string());
         ended();
         const bool reached = !read.error || !is_unreachable(*read.error);
         return reached ? Reached::yes : Reached::no;
       }});
  // The lanes are full: it is still due at the next look.
  if (!added) ended();
}

Status MetricFollower::look_at(Lanes& lanes, const std::shared_ptr<const AccountView>& view,
                               int64_t accounts) {
  const Time now = clock_.now();
  auto& meter = reader_.meter();
  if (view->account.metrics_budget_usd) meter.set_metrics_budget(view->id, view->account.metrics_budget_usd);
  const bool on = view->account.metrics;
  const bool was_on = accounts_.with([&](Accounts& all) { return std::exchange(all[view->id].on, false); });
  if (!on) return series::set_off(database_, view->id);
  if (!was_on) HM_DO(series::set_on(database_, view->id, now));
  accounts_.with([&](Accounts& all) { all[view->id].on = true; });
  HM_TRY(auto due, series::list_due(database_, view->id, now, options_.most_due));
  if (due.empty()) return ok();
  HM_TRY(const int64_t count, series::count_read(database_, view->id));
  const auto interval = interval_of(meter.metrics_room(view->id), count, accounts, now, reader_.options());
  std::map<std::string, std::vector<Series>> by_region;
  for (auto& one : due) by_region[one.declared.region].push_back(std::move(one));
  for (auto& [region, all] : by_region) {
    for (size_t at = 0; at < all.size(); at += options_.per_task) {
      const size_t end = std::min(all.size(), at + options_.per_task);
      add(lanes, view, region,
          {std::make_move_iterator(all.begin() + static_cast<std::ptrdiff_t>(at)),
           std::make_move_iterator(all.begin() + static_cast<std::ptrdiff_t>(end))},
          interval);
    }
  }
  return ok();
}

void MetricFollower::look(Lanes& lanes, const std::vector<std::shared_ptr<const AccountView>>& views) {
  const Time now = clock_.now();
  for (const auto& view : views) {
    if (view->id.empty()) continue;
    // What is under way is still due: nothing more is looked for until it has ended.
    const bool wanted = accounts_.with([&](Accounts& accounts) {
      auto& entry = accounts[view->id];
      if (entry.running > 0 || entry.look_at > now) return false;
      entry.look_at = now + options_.look_every;
      return true;
    });
    if (!wanted) continue;
    if (auto looked = look_at(lanes, view, static_cast<int64_t>(views.size())); !looked)
      tell(view->id, looked.error().text());
  }
}

void MetricFollower::run(const std::stop_token& stop) {
  Lanes lanes(options_.lanes);
  bool failed = false;
  while (!stop.stop_requested()) {
    const auto planned = plan_.follow(stop);
    if (!planned && !std::exchange(failed, true)) log_warning("collect", planned.error().text());
    if (planned) failed = false;
    look(lanes, views_());
    clock_.sleep_for(options_.tick, stop);
  }
  lanes.wait_idle(stop);
}

}  // namespace hm::collect
