#include "series/total.h"

#include <algorithm>
#include <set>

namespace hm::series {

namespace {

enum class Said { value, nothing, untold, not_read };

struct Step {
  Said said = Said::not_read;
  double value = 0;
};

// Why there is none, as the part's gaps say; a step lies in one gap as a whole.
Absent reason_at(const Chart& part, Time at) {
  const auto after = std::upper_bound(part.gaps.begin(), part.gaps.end(), at,
                                      [](Time time, const Gap& gap) { return time < gap.to; });
  return after == part.gaps.end() || at < after->from ? Absent::not_read : after->reason;
}

Step step_of(const Chart& part, Time at) {
  const auto found = std::lower_bound(part.points.begin(), part.points.end(), at,
                                      [](const Point& point, Time time) { return point.at < time; });
  if (found != part.points.end() && found->at == at) return {Said::value, found->value};
  const Series& series = part.series;
  if (!series.due_at && series.read_to && at >= *series.read_to) return {Said::nothing, 0};
  if (reason_at(part, at) == Absent::not_read) return {Said::not_read, 0};
  const bool before = !part.first_point_at || at + part.step <= *part.first_point_at;
  const bool silent = series.last_point_at && at > *series.last_point_at + kSilent;
  return {before || silent ? Said::nothing : Said::untold, 0};
}

void add_step(Chart& total, const std::vector<const Chart*>& parts, Time at) {
  double sum = 0;
  bool any = false, untold = false, not_read = false, current = false;
  for (const Chart* part : parts) {
    const Step step = step_of(*part, at);
    sum += step.value;
    any = any || step.said == Said::value;
    untold = untold || step.said == Said::untold;
    not_read = not_read || step.said == Said::not_read;
    current = current || part->series.due_at || (part->series.read_to && at < *part->series.read_to);
  }
  if (any && !untold && !not_read) {
    total.points.push_back({at, sum});
    return;
  }
  const Absent reason = not_read || !current ? Absent::not_read : Absent::no_data;
  const Time to = at + total.step;
  if (!total.gaps.empty() && total.gaps.back().to == at && total.gaps.back().reason == reason) {
    total.gaps.back().to = to;
  } else {
    total.gaps.push_back({at, to, reason});
  }
}

// What is worst of its parts is what is said of all of them; those that are read no more say nothing.
void take_outcome(Series& total, const Series& part) {
  if (!part.due_at) return;
  const bool first = !total.due_at;
  total.due_at = first ? part.due_at : std::max(total.due_at, part.due_at);
  if (first || total.outcome == Outcome::ok) {
    total.outcome = part.outcome;
    total.code = part.code;
    total.message = part.message;
  }
  total.read_from = first ? part.read_from : std::max(total.read_from, part.read_from);
  // Nothing is less than any time: a part that was never read leaves the whole unknown.
  total.read_to = first ? part.read_to : std::min(total.read_to, part.read_to);
  total.looked_at = first ? part.looked_at : std::min(total.looked_at, part.looked_at);
  total.last_point_at = std::max(total.last_point_at, part.last_point_at);
}

}  // namespace

Chart total_of(const std::vector<const Chart*>& parts) {
  Chart total;
  total.step = parts.front()->step;
  total.series.resource_id = parts.front()->series.resource_id;
  total.series.account_id = parts.front()->series.account_id;
  total.series.declared = parts.front()->series.declared;
  total.series.declared.part.clear();
  total.series.declared.dimensions.clear();
  std::set<Time> steps;
  for (const Chart* part : parts) {
    take_outcome(total.series, part->series);
    for (const Point& point : part->points) steps.insert(point.at);
    for (const Gap& gap : part->gaps)
      for (Time at = gap.from; at < gap.to; at += part->step) steps.insert(at);
  }
  for (const Time at : steps) add_step(total, parts, at);
  return total;
}

}  // namespace hm::series
