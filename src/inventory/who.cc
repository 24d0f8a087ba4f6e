// Joins changes to the calls that may have made them.
#include <algorithm>
#include <map>

#include "base/check.h"
#include "inventory/trail.h"
#include "inventory/where.h"

namespace hm::inventory {
namespace {

// A sweep asks for its lists a little after it began, so a call of that moment may be in what it saw.
constexpr std::chrono::seconds kSweepLag{60};
// A call may take effect long after it was made: an instance stops, a snapshot is taken, a database changes
// its class.
constexpr std::chrono::minutes kEffectLag{15};
// Where nobody knows when the state before was last seen.
constexpr std::chrono::hours kUnknownSpan{1};
// Changes whose targets are asked for at once.
constexpr size_t kChunk = 50;
constexpr size_t kMostEventsOfChunk = 20'000;

// The part behind the last '/' or ':' of an ARN.
std::string last_of(std::string_view arn) {
  const size_t at = arn.find_last_of("/:");
  return std::string(at == std::string_view::npos ? arn : arn.substr(at + 1));
}

std::string time_text(Time at) { return format_iso(std::chrono::floor<std::chrono::seconds>(at)); }

// What is asked about one change.
struct Question {
  const Event* event = nullptr;
  const catalog::ResourceType* type = nullptr;
  std::set<int64_t> targets;
  std::set<std::string, std::less<>> calls;
  Time lower, earliest, latest;
  std::string region;      // whose trail tells of it
  bool cut_short = false;  // not all calls were looked through

  bool in_region(const Caller& caller) const {
    return type->scope != catalog::Scope::region || caller.region == event->resource.region;
  }
};

Question question_of(const Event& event, const catalog::ResourceType& type) {
  Question question;
  question.event = &event;
  question.type = &type;
  const Resource& resource = event.resource;
  const auto add = [&](std::string_view text) {
    if (!text.empty()) question.targets.insert(trail_target(resource.place.account_id, text));
  };
  add(resource.key);
  add(resource.arn);
  add(last_of(resource.arn));
  // A name that AWS gives is one; the tag Name is not.
  if (type.name != nullptr) add(resource.name);
  for (const std::string& call : type.events) question.calls.emplace(call_without_version(call));
  Micros lag = kEffectLag;
  for (const catalog::Detail& detail : type.details) lag = std::max<Micros>(lag, detail.refresh);
  // What is gone may have been missed once before that was believed.
  if (event.kind == "gone") lag = std::max<Micros>(lag, 2 * type.refresh);
  question.lower = event.seen_before.value_or(event.at - kUnknownSpan);
  question.earliest = question.lower - lag;
  question.latest = event.at + kSweepLag;
  question.region =
      resource.region == "global" ? home_region_of(partition_of(resource.arn)) : resource.region;
  return question;
}

struct Found {
  std::multimap<int64_t, Caller> calls;  // by target
  std::optional<Time> oldest;            // set where there were more, older than this
};

Result<Found> find_calls(store::Reader& reader, const std::vector<const Question*>& questions) {
  Found found;
  std::set<int64_t> targets;
  Time earliest = Time::max();
  Time latest = Time::min();
  for (const Question* question : questions) {
    targets.insert(question->targets.begin(), question->targets.end());
    earliest = std::min(earliest, question->earliest);
    latest = std::max(latest, question->latest);
  }
  if (targets.empty()) return found;
  Where where;
  std::string list;
  for (const int64_t target : targets) list += (list.empty() ? "" : ", ") + where.bind(target);
  where.add("t.target in (" + list + ")");
  where.add("t.at >= " + where.bind(earliest) + " and t.at <= " + where.bind(latest));
  const std::string sql =
      "select t.target, e.at, e.call, e.principal, e.principal_type, e.via, e.source_ip, "
      "e.user_agent, e.event_id, e.region from trail_target t join trail_event e on e.id = t.event" +
      where.sql() + " order by t.at desc" + limit_sql(kMostEventsOfChunk);
  Time oldest;
  HM_DO(reader.each(sql, where.params(), [&](const store::Row& row) {
    oldest = row.time(1);
    found.calls.emplace(row.integer(0), Caller{.principal = row.string(3),
                                               .principal_type = row.string(4),
                                               .via = row.string(5),
                                               .call = row.string(2),
                                               .source_ip = row.string(6),
                                               .user_agent = row.string(7),
                                               .event_id = row.string(8),
                                               .region = row.string(9),
                                               .at = row.time(1)});
    return ok();
  }));
  if (found.calls.size() == kMostEventsOfChunk) found.oldest = oldest;
  return found;
}

// 0: between the two looks; 1: while the sweep ran; 2: before the resource was last seen as it had been.
int rank_of(const Question& question, Time at) {
  if (at > question.event->at) return 1;
  return at >= question.lower ? 0 : 2;
}

// The calls of the best rank there is, the latest first.
void take_callers(const Question& question, const Found& found, Who& who) {
  std::map<std::string, Caller> fitting;  // by event
  int best = 3;
  for (const int64_t target : question.targets) {
    const auto [from, to] = found.calls.equal_range(target);
    for (auto one = from; one != to; ++one) {
      const Caller& caller = one->second;
      if (caller.at < question.earliest || caller.at > question.latest || !question.in_region(caller))
        continue;
      if (!question.calls.contains(call_without_version(caller.call))) continue;
      best = std::min(best, rank_of(question, caller.at));
      fitting.emplace(caller.event_id, caller);
    }
  }
  for (auto& [id, caller] : fitting) {
    if (rank_of(question, caller.at) != best) continue;
    caller.earlier = best == 2;
    who.callers.push_back(std::move(caller));
  }
  std::stable_sort(who.callers.begin(), who.callers.end(),
                   [](const Caller& a, const Caller& b) { return a.at > b.at; });
  if (who.callers.size() <= kMostCallers) return;
  who.more = static_cast<int64_t>(who.callers.size() - kMostCallers);
  who.callers.erase(who.callers.begin() + static_cast<std::ptrdiff_t>(kMostCallers), who.callers.end());
}

using Positions = std::map<std::pair<std::string, std::string>, TrailPosition>;

void forget(Who& who) {
  who.callers.clear();
  who.more = 0;
}

// An earlier call is the likeliest only where none in between can have been missed.
void drop_doubtful(const Question& question, const Positions& positions, Who& who) {
  if (!who.known() || !who.callers.front().earlier) return;
  const auto found = positions.find({question.event->resource.place.account_id, question.region});
  if (found == positions.end()) return forget(who);
  const TrailPosition& position = found->second;
  const bool read = position.outcome == Outcome::ok && position.looked_at >= question.event->at;
  const bool settled = position.read_to && *position.read_to >= question.event->at;
  if (!read && !settled) forget(who);
}

void say_why_not(const Question& question, const Positions& positions, Who& who) {
  const auto found = positions.find({question.event->resource.place.account_id, question.region});
  const auto say = [&](std::string code, std::string reason) {
    who.code = std::move(code);
    who.reason = std::move(reason);
  };
  const std::string where = "CloudTrail of " + question.region;
  if (found == positions.end()) return say("not_read", where + " is not read");
  const TrailPosition& position = found->second;
  const bool failing = position.outcome != Outcome::ok;
  const std::string failure = position.code + (position.message.empty() ? "" : ": " + position.message);
  if (!position.read_to || *position.read_to < question.event->at) {
    if (failing)
      return say(std::string(to_string(position.outcome)), where + " could not be read: " + failure);
    return say("trail_behind",
               where + " is known up to " +
                   (position.read_to ? time_text(*position.read_to) : std::string("no time yet")) +
                   " only: calls reach it some minutes later");
  }
  if (!position.read_from || *position.read_from > question.lower)
    return say("before_trail", where + " is known from " +
                                   (position.read_from ? time_text(*position.read_from) : "no time") +
                                   " on only, and the change may be older");
  if (question.cut_short)
    return say("too_many_calls", where + " tells of more calls about it than are looked through");
  say("no_event", where + " tells of no call between " + time_text(question.lower) + " and " +
                      time_text(question.event->at) +
                      " that concerns it: AWS changed it by itself, or the call is not recorded");
}

Result<Positions> positions_of(store::Database& database) {
  HM_TRY(auto all, list_trail_positions(database, Scope::everything()));
  Positions positions;
  for (TrailPosition& one : all) {
    std::pair<std::string, std::string> key(one.account_id, one.region);
    positions.emplace(std::move(key), std::move(one));
  }
  return positions;
}

}  // namespace

Result<std::vector<Who>> who_made(store::Database& database, const catalog::Catalog& catalog,
                                  const std::vector<Event>& events) {
  HM_CHECK(events.size() <= 1000);
  std::vector<Who> answers(events.size());
  std::vector<std::pair<Question, Who*>> asked;
  for (size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    const catalog::ResourceType* type = catalog.find(event.resource.place.type);
    if (event.kind == "found") {
      answers[i].code = "found";
      answers[i].reason = "it was there when its place was first read";
    } else if (type == nullptr || type->events.empty()) {
      answers[i].code = "no_calls";
      answers[i].reason = "the catalog names no calls that change a " + event.resource.place.type;
    } else {
      asked.emplace_back(question_of(event, *type), &answers[i]);
    }
  }
  if (asked.empty()) return answers;
  HM_TRY(const Positions positions, positions_of(database));
  std::sort(asked.begin(), asked.end(),
            [](const auto& a, const auto& b) { return a.first.event->at < b.first.event->at; });
  for (size_t at = 0; at < asked.size(); at += kChunk) {
    const size_t end = std::min(asked.size(), at + kChunk);
    std::vector<const Question*> chunk;
    for (size_t i = at; i < end; ++i) chunk.push_back(&asked[i].first);
    HM_TRY(const Found found, database.read("looking who made changes", [&](store::Reader& reader) {
      return find_calls(reader, chunk);
    }));
    for (size_t i = at; i < end; ++i) {
      asked[i].first.cut_short = found.oldest && asked[i].first.earliest < *found.oldest;
      take_callers(asked[i].first, found, *asked[i].second);
      drop_doubtful(asked[i].first, positions, *asked[i].second);
      if (!asked[i].second->known()) say_why_not(asked[i].first, positions, *asked[i].second);
    }
  }
  return answers;
}

}  // namespace hm::inventory
