#include "app/collecting.h"

#include "base/log.h"

namespace hm::app {

namespace {
// How soon a newly connected account is noticed.
constexpr std::chrono::seconds kAskAgain{2};
}  // namespace

Collecting::Collecting(const catalog::Catalog& catalog, store::Database& database, api::AccountBook& accounts,
                       AwsStack& aws, aws::PricedMeter& meter, collect::Redactor redactor, Clock& clock)
    : accounts_(accounts),
      aws_(aws),
      clock_(clock),
      redactor_(std::move(redactor)),
      inventory_(database, clock),
      collector_(catalog, aws.client(), inventory_, redactor_, clock),
      trail_(collector_.tools(), catalog, database),
      follower_(trail_, clock, [this] { return scheduler_->views(); }),
      event_follower_(
          collector_, database, [this] { return event_queues(); }, [this] { return scheduler_->views(); },
          [this](const inventory::Place& place) { return scheduler_->due_now(place); }),
      metric_plan_(catalog, database),
      metrics_(collector_.tools(), database, meter),
      metric_follower_(metric_plan_, metrics_, database, clock, [this] { return scheduler_->views(); }) {
  scheduler_ = std::make_unique<collect::Scheduler>(
      collector_, [this] { return current(); }, collect::Scheduler::OnChange());
}

Result<std::unique_ptr<Collecting>> Collecting::start(const Config& config, const catalog::Catalog& catalog,
                                                      store::Database& database, api::AccountBook& accounts,
                                                      AwsStack& aws, aws::PricedMeter& meter, Clock& clock) {
  HM_TRY(auto redactor, collect::Redactor::of(config.data_dir));
  std::unique_ptr<Collecting> collecting(
      new Collecting(catalog, database, accounts, aws, meter, std::move(redactor), clock));
  Collecting* self = collecting.get();
  collecting->thread_ = std::jthread([self](std::stop_token stop) { self->scheduler_->run(stop); });
  collecting->trail_thread_ = std::jthread([self](std::stop_token stop) { self->follower_.run(stop); });
  collecting->event_thread_ = std::jthread([self](std::stop_token stop) { self->event_follower_.run(stop); });
  collecting->metric_thread_ =
      std::jthread([self](std::stop_token stop) { self->metric_follower_.run(stop); });
  return collecting;
}

Collecting::~Collecting() {
  thread_.request_stop();
  trail_thread_.request_stop();
  event_thread_.request_stop();
  metric_thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  if (trail_thread_.joinable()) trail_thread_.join();
  if (event_thread_.joinable()) event_thread_.join();
  if (metric_thread_.joinable()) metric_thread_.join();
}

std::vector<collect::Account> Collecting::current() {
  const Time now = clock_.now();
  if (asked_at_ != Time() && now - asked_at_ < kAskAgain) return known_;
  auto entries = accounts_.list();
  if (!entries) {
    // The store is away: those that were known are read on, and recorded when it is back.
    if (!std::exchange(store_away_, true)) log_warning("collect", entries.error().text());
    return known_;
  }
  store_away_ = false;
  std::vector<collect::Account> accounts;
  for (const api::AccountEntry& entry : *entries) {
    if (entry.enabled) accounts.push_back(aws_.account(entry));
  }
  known_ = std::move(accounts);
  asked_at_ = now;
  return known_;
}

Result<std::map<std::string, std::string>> Collecting::event_queues() {
  HM_TRY(const auto entries, accounts_.list());
  std::map<std::string, std::string> queues;
  for (const api::AccountEntry& entry : entries)
    if (entry.enabled)
      for (const std::string& url : entry.event_queues) queues.emplace(url, entry.account_id);
  return queues;
}

std::vector<api::AccountTrouble> Collecting::troubles() const {
  std::vector<api::AccountTrouble> troubles;
  for (auto& view : scheduler_->failed_views())
    troubles.push_back({view.id, view.account.name, std::move(*view.failure)});
  return troubles;
}

api::ScanProgress Collecting::progress() const {
  const collect::RoundProgress round = scheduler_->progress();
  api::ScanProgress progress;
  progress.running = round.running;
  progress.started_at = round.started_at;
  progress.ended_at = round.ended_at;
  progress.next_at = round.next_at;
  progress.done = round.done;
  progress.ok = round.ok;
  progress.not_ok = round.not_ok;
  progress.calls = round.calls;
  progress.resources = round.resources;
  if (round.started_at) progress.total = round.total;
  return progress;
}

}  // namespace hm::app
