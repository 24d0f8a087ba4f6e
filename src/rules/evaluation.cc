#include "rules/evaluation.h"

#include <algorithm>

#include "rules/check.h"

namespace hm::rules {
namespace {

constexpr size_t kRuleAnswer = 0;
constexpr size_t kSubjectAnswer = 1;
constexpr size_t kCertaintyAnswers = 2;

std::string text_of(const Json& cell) {
  return cell.is_string() ? std::string(as_text(cell)) : std::string();
}

query::Statement subjects_statement(const catalog::Rule& rule) {
  query::Statement statement;
  statement.sql =
      "select id, type, account_id, region, place_region, unknown from resource where gone_at is null";
  statement.limits = {.time = kRunLimit, .rows = 10'000'000, .result_bytes = 1LL << 30};
  if (rule.resources.empty()) return statement;
  JsonArray types;
  for (const std::string& type : rule.resources) types.emplace_back(type);
  statement.sql += " and type in (select value from json_each(:types))";
  statement.values["types"] = to_json(types);
  return statement;
}

Subject subject_of(const std::vector<Json>& row) {
  Subject subject{text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]), text_of(row[4]), {}};
  if (as_text(row[5]) == "[]") return subject;
  if (auto parts = parse_json(text_of(row[5])); parts && parts->is_array())
    for (const Json& part : parts->get_array()) subject.unknown_parts.emplace_back(as_text(part));
  return subject;
}

// Rows of one resource are one finding: the most severe speaks.
Status read_found(const query::Answer& answer, catalog::Severity severity, Evaluation& evaluation) {
  const RowReader reader(answer.columns, severity);
  for (const auto& row : answer.rows) {
    HM_TRY(Found found, reader.read(row));
    const auto [known, fresh] = evaluation.found.try_emplace(found.resource_id, found);
    if (!fresh && found.severity > known->second.severity) known->second = std::move(found);
  }
  return ok();
}

class Counter {
 public:
  Counter(Evaluation& evaluation, Certainty& certainty) : evaluation_(evaluation), certainty_(certainty) {}

  void count(Subject subject) {
    PlaceCount& place = evaluation_.counts[{subject.account_id, subject.region}];
    evaluation_.exists.insert(subject.id);
    const auto found = evaluation_.found.find(subject.id);
    auto why = certainty_.doubt(subject);
    // Beyond the limit nobody looked.
    if (!why && found == evaluation_.found.end() && evaluation_.truncated)
      why = certainty_.add("truncated", "the rule found more than " + std::to_string(kMostFindings));
    if (why) {
      ++place.unknown;
      ++place.doubts[*why];
      evaluation_.unknown.emplace(subject.id, *why);
      if (found != evaluation_.found.end()) evaluation_.found.erase(found);
    } else if (found != evaluation_.found.end()) {
      ++place.found;
      std::string id = subject.id;
      evaluation_.subjects.emplace(std::move(id), std::move(subject));
    } else {
      ++place.passed;
    }
  }

  void count_places() {
    for (const auto& known : certainty_.places()) {
      PlaceCount& place = evaluation_.counts[{known.account_id, known.region}];
      if (!known.doubt) continue;
      ++place.gaps;
      ++place.doubts[*known.doubt];
    }
    evaluation_.doubts = certainty_.doubts();
  }

 private:
  Evaluation& evaluation_;
  Certainty& certainty_;
};

// A row must speak of a resource that the rule judges.
Status check_subjects(const Evaluation& evaluation, const catalog::Rule& rule) {
  for (const auto& [id, found] : evaluation.found) {
    if (evaluation.exists.contains(id)) continue;
    return make_error(ErrorKind::invalid, "rule_row",
                      "a row speaks of the resource " + id.substr(0, 100) +
                          (rule.resources.empty() ? ", which does not exist"
                                                  : ", which is of none of the types that the rule judges"));
  }
  return ok();
}

}  // namespace

Result<Evaluation> evaluate(query::QueryDatabase& query, const catalog::Catalog& catalog,
                            const ActiveRule& rule, const query::Shape& shape, Time now,
                            const std::stop_token& stop) {
  Certainty certainty(rule, shape, catalog, now);
  std::vector<query::Statement> statements = {
      {rule.rule->sql,
       bind_parameters(rule.parameters, now),
       {.time = kRunLimit, .rows = kMostFindings, .result_bytes = 256 << 20}},
      subjects_statement(*rule.rule)};
  for (query::Statement& statement : certainty.statements()) statements.push_back(std::move(statement));
  const auto started = std::chrono::steady_clock::now();
  HM_TRY(const auto together, query.run_together(statements, rule.scope, stop));
  Evaluation evaluation;
  evaluation.position = together.position;
  evaluation.at = now;
  evaluation.truncated = together.answers[kRuleAnswer].truncated;
  HM_DO(read_found(together.answers[kRuleAnswer], rule.severity, evaluation));
  certainty.read(std::span(together.answers).subspan(kCertaintyAnswers));
  Counter counter(evaluation, certainty);
  for (const auto& row : together.answers[kSubjectAnswer].rows) counter.count(subject_of(row));
  counter.count_places();
  HM_DO(check_subjects(evaluation, *rule.rule));
  evaluation.duration =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - started);
  return evaluation;
}

}  // namespace hm::rules
