#include "cli/diff_rows.h"

#include <algorithm>
#include <cstdio>

namespace hm::cli {

namespace {

constexpr size_t kGapLines = 20;
constexpr size_t kTypesNamed = 10;

using inventory::Difference;
using inventory::EventDetail;

// A value that nobody knew is no NULL of AWS's.
Json shown(const Json& value, bool unknown) {
  if (unknown && value.is_null()) return Json("(unknown)");
  return value;
}

std::string note_of(const Difference& difference) {
  const auto one = [](const Json& value, const char* never, const char* old) {
    return std::string(value.is_null() ? never : old);
  };
  std::string note;
  if (difference.before_unknown)
    note = one(difference.before, "not readable before", "before: last known value");
  if (difference.after_unknown)
    note += (note.empty() ? "" : "; ") + one(difference.after, "not readable", "after: last known value");
  return note;
}

std::string unread(const std::map<std::string, inventory::UnknownPart>& parts) {
  std::string text;
  for (const auto& [part, why] : parts) text += (text.empty() ? "" : ", ") + part + " (" + why.code + ")";
  return text;
}

std::vector<Json> head_of(const EventDetail& detail) {
  const inventory::Event& event = detail.event;
  return {Json(format_iso(event.at)),      Json(event.kind),
          Json(event.resource.place.type), Json(event.resource.place.account_id),
          Json(event.resource.region),     Json(event.resource.key),
          Json(event.resource.name)};
}

// What the rows of the resource leave out.
std::vector<std::string> remarks(const EventDetail& detail) {
  std::vector<std::string> texts;
  if (detail.comparison.truncated) texts.emplace_back("there are more differences");
  if (const auto text = unread(detail.comparison.unknown_before); !text.empty())
    texts.push_back("could not be read before: " + text);
  if (const auto text = unread(detail.comparison.unknown_after); !text.empty())
    texts.push_back("cannot be read: " + text);
  if (detail.event.kind == "found")
    texts.emplace_back("whether it was there before is not known: its place had not been read");
  return texts;
}

Json parts_json(const std::map<std::string, inventory::UnknownPart>& parts) {
  JsonArray list;
  for (const auto& [part, why] : parts)
    list.push_back(JsonObject{
        {"what", part}, {"code", why.code}, {"reason", why.message}, {"since", format_iso(why.since)}});
  return list;
}

Json who_json(const inventory::Who& who) {
  JsonArray callers;
  for (const inventory::Caller& caller : who.callers) {
    callers.push_back(JsonObject{{"principal", caller.principal},
                                 {"principal_type", caller.principal_type},
                                 {"call", caller.call},
                                 {"at", format_iso(caller.at)},
                                 {"via", caller.via},
                                 {"source_ip", caller.source_ip},
                                 {"user_agent", caller.user_agent},
                                 {"event_id", caller.event_id},
                                 {"earlier", caller.earlier}});
  }
  return JsonObject{{"known", who.known()},
                    {"code", who.code},
                    {"reason", who.reason},
                    {"callers", std::move(callers)},
                    {"more", who.more}};
}

std::vector<Json> json_row(const EventDetail& detail, const inventory::Who& who) {
  std::vector<Json> row = head_of(detail);
  JsonArray differences;
  for (const Difference& one : detail.comparison.differences) {
    differences.push_back(JsonObject{{"path", one.path},
                                     {"kind", inventory::to_string(one.kind)},
                                     {"before", one.before},
                                     {"after", one.after},
                                     {"before_unknown", one.before_unknown},
                                     {"after_unknown", one.after_unknown}});
  }
  row.insert(row.end(),
             {Json(detail.event.resource.arn), Json(detail.event.resource.id), std::move(differences),
              Json(detail.comparison.truncated), who_json(who), parts_json(detail.comparison.unknown_before),
              parts_json(detail.comparison.unknown_after)});
  return row;
}

void print_place(const inventory::DiffGap& gap) {
  const auto side = [](const std::optional<Time>& known) {
    return known ? "as it was at " + format_iso(*known) : std::string("unknown, not empty");
  };
  std::string text = gap.place.type + " of account " + gap.place.account_id + " in " + gap.place.region;
  if (gap.outcome)
    text += " (" + std::string(to_string(*gap.outcome)) + (gap.code.empty() ? "" : " ") + gap.code + ")";
  if (gap.at_from) text += "; --from: " + side(gap.known_from);
  if (gap.at_to) text += "; --to: " + side(gap.known_to);
  std::fprintf(stderr, "hostmaster: %s\n", text.c_str());
}

}  // namespace

std::vector<std::string> diff_columns(Form form) {
  std::vector<std::string> columns = {"at", "kind", "type", "account_id", "region", "id", "name"};
  if (form == Form::json) {
    columns.insert(columns.end(), {"arn", "resource_id", "differences", "truncated", "who", "unknown_before",
                                   "unknown_after"});
  } else {
    columns.insert(columns.end(), {"path", "before", "after", "who", "call", "note"});
  }
  return columns;
}

void add_diff_rows(Table& table, const EventDetail& detail, const inventory::Who& who, Form form) {
  if (form == Form::json) {
    table.rows.push_back(json_row(detail, who));
    return;
  }
  // A call that cannot be told is no NULL either: the reason stands in its place.
  const Json principal = who.known() ? Json(who.callers.front().principal) : Json("(unknown)");
  const Json call = Json(who.known() ? who.callers.front().call : who.reason);
  const auto add = [&](const Json& path, const Json& before, const Json& after, const std::string& note) {
    std::vector<Json> row = head_of(detail);
    row.insert(row.end(), {path, before, after, principal, call, Json(note)});
    table.rows.push_back(std::move(row));
  };
  const size_t before = table.rows.size();
  for (const Difference& one : detail.comparison.differences) {
    add(Json(one.path), shown(one.before, one.before_unknown), shown(one.after, one.after_unknown),
        note_of(one));
  }
  for (const std::string& remark : remarks(detail)) add(Json(""), Json(""), Json(""), remark);
  if (table.rows.size() == before) add(Json(""), Json(""), Json(""), "");
}

bool explain_diff(const inventory::DiffTrust& trust) {
  if (trust.nothing_asked)
    std::fprintf(
        stderr,
        "hostmaster: no sweep has ever asked any place that this names: what is there is unknown, not "
        "empty\n");
  if (!trust.unread_types.empty()) {
    std::string names;
    const size_t named = std::min(trust.unread_types.size(), kTypesNamed);
    for (size_t i = 0; i < named; ++i) names += (i == 0 ? "" : ", ") + trust.unread_types[i];
    if (trust.unread_types.size() > named)
      names += " and " + std::to_string(trust.unread_types.size() - named) + " more";
    std::fprintf(stderr, "hostmaster: never read by any sweep, so unknown at both times: %s\n",
                 names.c_str());
  }
  const size_t shown = std::min(trust.gaps.size(), kGapLines);
  for (size_t i = 0; i < shown; ++i) print_place(trust.gaps[i]);
  const int64_t more = trust.gap_count - static_cast<int64_t>(shown);
  if (more > 0)
    std::fprintf(stderr, "hostmaster: and %lld more places that are not known well at one of the two times\n",
                 static_cast<long long>(more));
  if (trust.unreadable > 0)
    std::fprintf(
        stderr,
        "hostmaster: of %lld resources that show no difference something cannot be read, so it may have "
        "changed unseen\n",
        static_cast<long long>(trust.unreadable));
  return trust.complete();
}

}  // namespace hm::cli
