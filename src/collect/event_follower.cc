#include "collect/event_follower.h"

#include <algorithm>
#include <set>

#include "base/log.h"
#include "base/utf8.h"
#include "collect/sweep.h"

namespace hm::collect {

using inventory::EventQueue;
using inventory::Place;
using inventory::QueueCounts;

namespace {

// What a message says of itself, in a log and on a page: short, and in one line.
std::string shown(std::string_view text, size_t most) {
  std::string out = valid_utf8(text.substr(0, most));
  std::replace_if(
      out.begin(), out.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  return out;
}

// From then to now. Where the clocks of AWS and of this machine are so far apart that it would have come
// before it was sent, nobody knows how long it took.
void add_age(std::optional<Micros>& longest, const std::optional<Time>& then, Time now) {
  if (then && *then <= now) longest = std::max(longest, std::optional<Micros>(now - *then));
}

}  // namespace

// Of the thread that reads the queue, but for `view`.
struct EventFollower::Reading {
  QueueAddress address;
  Synced<std::shared_ptr<const AccountView>> view;
  bool failed = false;  // told once, until it goes well again
  bool noted = false;
  Time noted_at, said_at{};
  std::chrono::seconds pause{0};
  bool unwaited = false;  // of the latest turn
  std::jthread thread;
};

struct EventFollower::Batch {
  // A resource, or (no key) a place as a whole.
  struct Target {
    Place place;
    std::string key;
    auto operator<=>(const Target&) const = default;
  };
  struct Job {
    const catalog::ResourceType* type = nullptr;
    std::shared_ptr<const AccountView> view;
    bool settled = false;
  };
  struct Message {
    std::string receipt;
    std::optional<Time> sent_at, event_at;
    std::vector<Target> targets;
  };

  ViewMap views;
  std::vector<Message> messages;
  std::map<Target, Job> jobs;
  QueueCounts counts;
  std::string refusal;
  bool unwaited = false;              // the queue said that it is empty without waiting for a message
  std::optional<Error> not_recorded;  // the store did not take what was seen
};

EventFollower::EventFollower(Collector& collector, store::Database& database, Configured configured,
                             Views views, Due due, EventOptions options)
    : collector_(collector),
      database_(database),
      configured_(std::move(configured)),
      views_(std::move(views)),
      due_(std::move(due)),
      options_(options),
      index_(collector.catalog()),
      pool_(options.look_threads) {}

EventFollower::~EventFollower() = default;

EventFollower::ViewMap EventFollower::view_map() const {
  ViewMap map;
  for (auto& view : views_())
    if (!view->id.empty()) map.emplace(view->id, std::move(view));
  return map;
}

void EventFollower::run(const std::stop_token& stop) {
  Readings readings;
  while (!stop.stop_requested()) {
    note_configured(plan(readings));
    collector_.clock().sleep_for(options_.tick, stop);
  }
  for (auto& [url, reading] : readings) reading->thread.request_stop();
}

void EventFollower::note_configured(bool changed) {
  const Time now = collector_.clock().now();
  if (changed) noted_.reset();
  // A clock that was put back makes nobody wait.
  if (!changed && now < note_at_ && note_at_ - now <= options_.note_every) return;
  note_at_ = now + options_.note_every;
  auto configured = configured_();
  // What cannot be asked or written now is tried again.
  if (!configured || (noted_ && *noted_ == *configured)) return;
  std::vector<EventQueue> rows;
  for (const auto& [url, account_id] : *configured) {
    EventQueue row;
    row.url = url;
    row.account_id = account_id;
    if (const auto address = queue_address(url)) row.region = address->region;
    row.since = row.asked_at = now;
    row.code = "not_asked";
    row.message = "nobody has asked it so far";
    rows.push_back(std::move(row));
  }
  if (plan_event_queues(database_, rows)) noted_ = std::move(*configured);
}

bool EventFollower::plan(Readings& readings) {
  std::map<std::string, std::pair<QueueAddress, std::shared_ptr<const AccountView>>> wanted;
  for (const auto& view : views_()) {
    for (const std::string& url : view->account.event_queues) {
      const auto address = queue_address(url);
      if (address && wanted.size() < options_.most_queues) wanted.emplace(url, std::pair(*address, view));
    }
  }
  bool changed = std::erase_if(readings, [&](const auto& one) { return !wanted.contains(one.first); }) > 0;
  for (const auto& [url, one] : wanted) {
    auto& reading = readings[url];
    const bool fresh = !reading;
    if (fresh) reading = std::make_unique<Reading>();
    const auto& latest = one.second;
    reading->view.with([&](auto& view) { view = latest; });
    if (!fresh) continue;
    changed = true;
    reading->address = one.first;
    Reading* self = reading.get();
    reading->thread = std::jthread([this, self](const std::stop_token& stop) { follow(*self, stop); });
  }
  return changed;
}

void EventFollower::follow(Reading& reading, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const Status status = turn(reading, stop);
    if (stop.stop_requested()) return;
    if (status) {
      reading.pause = {};
      if (reading.unwaited) collector_.clock().sleep_for(options_.no_wait, stop);
      continue;
    }
    reading.pause = std::clamp(reading.pause * 2, options_.retry, options_.retry_most);
    collector_.clock().sleep_for(reading.pause, stop);
  }
}

Status EventFollower::turn(Reading& reading, const std::stop_token& stop) {
  const auto view = reading.view.with([](const auto& known) { return known; });
  EventQueue turn;
  turn.url = reading.address.url;
  turn.account_id = view->id;
  Account account = view->account;
  account.target.account_id = view->id;  // whose budget it is
  const QueueReader queue(collector_.client(), account, reading.address);
  turn.region = queue.region();
  Batch batch;
  batch.views = view_map();
  Status status = view->failure ? Status(tl::unexpected(*view->failure)) : take(queue, batch, stop);
  if (stop.stop_requested()) return ok();
  reading.unwaited = batch.unwaited;
  if (!batch.messages.empty()) {
    look(batch, stop);
    if (stop.stop_requested()) return ok();
    if (Status settled = settle(queue, batch, turn, stop); !settled && status) status = std::move(settled);
    if (stop.stop_requested()) return ok();
  }
  note(reading, status, turn);
  if (status && batch.not_recorded) return std::move(*batch.not_recorded);
  return status;
}

Status EventFollower::settle(const QueueReader& queue, Batch& batch, EventQueue& turn,
                             const std::stop_token& stop) const {
  const Time now = collector_.clock().now();
  std::vector<std::string> done;
  for (auto& message : batch.messages) {
    const bool settled =
        std::all_of(message.targets.begin(), message.targets.end(),
                    [&](const Batch::Target& target) { return batch.jobs.at(target).settled; });
    if (!settled) {
      ++batch.counts.kept;
      continue;
    }
    done.push_back(std::move(message.receipt));
    // What has come has happened, whatever the clocks say.
    if (message.event_at)
      turn.event_at = std::max(turn.event_at, std::optional(std::min(*message.event_at, now)));
    add_age(turn.lag, message.event_at, now);
    add_age(turn.delay, message.sent_at, now);
  }
  size_t left = 0;
  Status removed = queue.remove(done, left, stop);
  batch.counts.kept += static_cast<int64_t>(left);
  turn.received_at = now;
  turn.counts = batch.counts;
  turn.refusal = batch.refusal;
  return std::move(removed).context("deleting messages that were acted on, which come again now");
}

// Waits for the first, and takes what lies there besides. What came before a failure is acted on.
Status EventFollower::take(const QueueReader& queue, Batch& batch, const std::stop_token& stop) const {
  std::chrono::seconds wait = options_.wait;
  while (batch.messages.size() < options_.window && !stop.stop_requested()) {
    const Time asked = collector_.clock().now();
    HM_TRY(const auto messages, queue.receive(wait, stop));
    batch.unwaited = messages.empty() && wait.count() > 0 && collector_.clock().now() - asked < wait / 2;
    for (const auto& message : messages) {
      if (auto understood = understand(batch, message); !understood) return understood;
    }
    if (messages.size() < QueueReader::kMostAtOnce) break;
    wait = {};
  }
  return ok();
}

// Fails where the inventory cannot be asked; the message stays in the queue then.
Status EventFollower::understand(Batch& batch, const QueueMessage& message) const {
  ++batch.counts.received;
  const auto useless = [&](int64_t& count, std::string why) {
    ++count;
    batch.refusal = std::move(why);
    batch.messages.push_back({message.receipt, message.sent_at, std::nullopt, {}});
    return ok();
  };
  const auto event = parse_event(message.body);
  if (!event) return useless(batch.counts.malformed, event.error().message);
  const auto reading = index_.read(*event);
  if (!reading.recognized)
    return useless(batch.counts.unrecognized, "no type of resource is told of by the event \"" +
                                                  shown(event->detail_type, 100) + "\" of " +
                                                  shown(event->source, 100));
  const auto view = batch.views.find(event->account_id);
  if (view == batch.views.end())
    return useless(batch.counts.elsewhere,
                   "the account " + shown(event->account_id, 20) + " of an event is not watched");
  auto known =
      collector_.inventory().keys_named(event->account_id, reading.region, reading.types(), reading.texts());
  if (!known) return std::move(known.error());
  Batch::Message taken{message.receipt, message.sent_at, event->at, {}};
  const auto& regions = view->second->regions;
  for (const auto& one : resolve(reading, *known)) {
    const bool watched =
        one.region == "global" || std::find(regions.begin(), regions.end(), one.region) != regions.end();
    if (!watched)
      return useless(batch.counts.elsewhere,
                     "the region " + shown(one.region, 40) + " of an event is not watched");
    if (view->second->account.types_left_out.contains(one.type->id)) continue;  // nobody wants to know
    const Place place{event->account_id, one.region, one.type->id};
    std::set<std::string> keys = one.keys;
    if (keys.empty() || !can_be_observed(*one.type) || view->second->failure) keys = {""};
    for (const std::string& key : keys) {
      const auto fresh = batch.jobs.emplace(Batch::Target{place, key}, Batch::Job{one.type, view->second});
      if (!fresh.second) ++batch.counts.coalesced;
      taken.targets.push_back({place, key});
    }
  }
  if (taken.targets.empty()) ++batch.counts.nothing;
  batch.messages.push_back(std::move(taken));
  return ok();
}

void EventFollower::look(Batch& batch, const std::stop_token& stop) {
  std::map<Place, size_t> keys;
  for (const auto& [target, job] : batch.jobs) ++keys[target.place];
  std::vector<std::pair<const Batch::Target*, Batch::Job*>> looks;
  std::set<Place> due;
  for (auto& [target, job] : batch.jobs) {
    if (target.key.empty() || keys[target.place] > options_.most_keys) {
      due.insert(target.place);
      job.settled = true;
    } else {
      looks.emplace_back(&target, &job);
    }
  }
  std::vector<LookResult> results(looks.size());
  pool_.for_each(looks.size(), options_.looks_at_once, [&](size_t i) {
    const auto& [target, job] = looks[i];
    results[i] = collector_.look(*job->type, *job->view, target->place.region, target->key, stop);
  });
  for (size_t i = 0; i < looks.size(); ++i) {
    const LookResult& result = results[i];
    const bool stopped = result.error && result.error->kind == ErrorKind::cancelled;
    looks[i].second->settled = !result.not_recorded && !stopped;
    if (stopped) continue;
    ++batch.counts.looks;
    if (result.not_recorded) batch.not_recorded = result.error;
    // What cannot be asked by id is left to the sweep, which records why; so is what is there only according
    // to the event: AWS may need a moment until it shows everywhere.
    const bool nowhere = !result.error && result.looked == inventory::Looked::nowhere;
    if (nowhere || (result.error && !result.not_recorded)) due.insert(looks[i].first->place);
  }
  for (const Place& place : due)
    if (due_(place)) ++batch.counts.places;
}

void EventFollower::note(Reading& reading, const Status& status, const EventQueue& turn) {
  const Time now = collector_.clock().now();
  EventQueue row = turn;
  row.asked_at = row.since = now;
  row.outcome = inventory::Outcome::ok;
  if (!status) {
    row.outcome = outcome_of(status.error());
    row.code = status.error().code;
    row.message = status.error().text();
  }
  const bool changed = !reading.noted || reading.failed == status.has_value();
  if (!status && !reading.failed)
    log_warning("collect", "events: not known from now on, because " + turn.url +
                               " is not read as it should be: " + status.error().text());
  if (status && reading.failed) log_info("collect", "events: " + turn.url + " is read again");
  const Micros unsaid = now - reading.said_at;
  if (!turn.refusal.empty() && (unsaid >= options_.say_every || unsaid < Micros(0))) {
    reading.said_at = now;
    log_warning("collect", "events: a message in " + turn.url + " was of no use: " + turn.refusal);
  }
  reading.failed = !status;
  // A queue in which nothing happens is not written at every turn.
  const Micros age = now - reading.noted_at;
  const bool recent = age >= Micros(0) && age < options_.note_every;
  if (!changed && turn.counts.received == 0 && recent) return;
  if (const Status noted = record_event_queue(database_, row); noted) {
    reading.noted = true;
    reading.noted_at = now;
  }
}

}  // namespace hm::collect
