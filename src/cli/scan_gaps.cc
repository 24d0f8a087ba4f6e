#include "cli/scan_gaps.h"

#include <algorithm>
#include <map>
#include <set>

namespace hm::cli {

using collect::ScanReport;
using collect::SweepResult;
using inventory::Outcome;

namespace {

constexpr size_t kNamesShown = 6;

struct Gap {
  std::string what;    // "denied", "failed"
  std::string reason;  // the error in words and what to do
  std::set<std::string> regions;
  std::set<std::string> types;
  int64_t items = 0;
};

// Gaps that read alike but for the place or type are one.
using Key = std::pair<std::string, std::string>;  // account, reason
using Gaps = std::map<Key, Gap>;

std::string names(const std::set<std::string>& all) {
  std::string out;
  size_t shown = 0;
  for (const auto& one : all) {
    if (shown == kNamesShown) return out + " and " + std::to_string(all.size() - shown) + " more";
    out += (shown++ ? ", " : "") + one;
  }
  return out;
}

std::string advice(const Error& error) {
  const auto permission = error.notes.find("missing_permission");
  if (permission != error.notes.end())
    return "missing permission " + permission->second +
           ": add it to the role's policy (`hostmaster iam-policy`)";
  if (error.message.find("sts:AssumeRole") != std::string::npos)
    return "check that the role exists, that it trusts who is named here, and that the external id is the "
           "one "
           "that it asks for";
  static constexpr std::string_view kUnknownKey[] = {"AuthFailure", "InvalidClientTokenId",
                                                     "UnrecognizedClientException"};
  if (std::find(std::begin(kUnknownKey), std::end(kUnknownKey), error.code) != std::end(kUnknownKey))
    return "check the credentials, and that the account has enabled the region";
  switch (error.kind) {
    case ErrorKind::denied:
      return "check the credentials, and that no organization policy forbids it";
    case ErrorKind::throttled:
      return "AWS asked for fewer calls; the next scan tries again";
    case ErrorKind::timeout:
    case ErrorKind::unavailable:
      return "the next scan tries again; check network and endpoint if it stays so";
    case ErrorKind::exhausted:
      return "one of HostMaster's own limits was reached";
    default:
      return "";
  }
}

// With all that was being done, and what to do.
std::string told(const Error& error) {
  const std::string todo = advice(error);
  return todo.empty() ? error.text() : error.text() + "; " + todo;
}

// Without what differs from call to call (request ids stand in the notes), so that alike errors meet.
std::string reason_of(const Error& error) {
  std::string text = error.code.empty() ? std::string(to_string(error.kind)) : error.code;
  if (!error.message.empty()) text += ": " + error.message;
  const std::string todo = advice(error);
  return todo.empty() ? text : text + "; " + todo;
}

// Of a refused call the permission says all; AWS's text names users and resources that differ.
std::string key_of(const Error& error) {
  const auto permission = error.notes.find("missing_permission");
  if (permission != error.notes.end()) return error.code + permission->second;
  return error.code + std::string(to_string(error.kind));
}

void add_sweep(Gaps& gaps, const SweepResult& result) {
  const auto& sweep = result.sweep;
  const auto add = [&](const std::string& what, const std::string& key, const std::string& reason,
                       int64_t items) {
    auto& gap = gaps[{sweep.place.account_id, what + key}];
    if (gap.reason.empty()) gap = {what, reason, {}, {}, 0};
    gap.regions.insert(sweep.place.region);
    gap.types.insert(sweep.place.type);
    gap.items += items;
  };
  if (sweep.outcome != Outcome::ok)
    add(std::string(to_string(sweep.outcome)), key_of(sweep.error), reason_of(sweep.error), 0);
  if (result.not_recorded) add("not stored", result.not_recorded->code, result.not_recorded->text(), 0);
  for (const auto& gap : result.detail_gaps)
    add("unknown: " + gap.part, key_of(gap.error), reason_of(gap.error), gap.items);
}

std::string line_of(const std::string& account, const Gap& gap) {
  std::string line = gap.what + "  " + account + "  " + names(gap.regions) + "  " + names(gap.types);
  if (gap.items > 0) line += " (" + std::to_string(gap.items) + (gap.items == 1 ? " item)" : " items)");
  return line + ": " + gap.reason;
}

}  // namespace

std::vector<std::string> describe_gaps(const ScanReport& report, size_t most) {
  std::vector<std::string> lines;
  if (report.not_planned) lines.push_back("not stored  nothing was asked: " + report.not_planned->text());
  for (const auto& view : report.accounts) {
    if (view.failure && view.id.empty()) lines.push_back("account  " + told(*view.failure));
    if (view.region_failure)
      lines.push_back("regions  " + view.id +
                      "  its regions are not known for sure: " + told(*view.region_failure));
  }
  Gaps gaps;
  for (const auto& result : report.sweeps) add_sweep(gaps, result);
  for (const auto& [key, gap] : gaps) lines.push_back(line_of(key.first, gap));
  if (lines.size() <= most) return lines;
  const size_t more = lines.size() - most + 1;
  lines.resize(most - 1);
  lines.push_back("… and " + std::to_string(more) + " more; the Coverage page shows them all");
  return lines;
}

}  // namespace hm::cli
