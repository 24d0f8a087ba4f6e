#include "inventory/search.h"

#include <algorithm>

#include "inventory/search_text.h"

namespace hm::inventory {
namespace {

constexpr std::string_view kGone = "is:gone";

Error no_word() {
  return make_error(ErrorKind::invalid, "search",
                    "a search needs a word: a part of a name, id, ARN, IP address, DNS name or tag");
}

Result<SearchHit> hit_of(query::TextHit& found) {
  HM_TRY(Shown shown, shown_from(found.shown));
  return SearchHit{.id = resource_id(found.number),
                   .type = std::move(shown.type),
                   .key = std::move(shown.key),
                   .label = std::move(shown.label),
                   .account_id = std::move(found.account_id),
                   .region = std::move(found.region),
                   .state = std::move(shown.state),
                   .gone_at = shown.gone_at,
                   .matched = std::move(found.matched)};
}

}  // namespace

Result<SearchQuestion> parse_search(std::string_view text) {
  SearchQuestion question;
  HM_TRY(question.words, query::words_of(text));
  const auto removed = std::erase(question.words.words, kGone);
  question.gone = removed > 0;
  if (question.words.empty()) return no_word();
  return question;
}

Result<std::unique_ptr<Search>> Search::open(const std::string& directory, store::Database& database,
                                             const catalog::Catalog& catalog) {
  HM_TRY(std::string source, database.identity());
  HM_TRY(auto index, query::TextIndex::open(directory, searched_columns(catalog)));
  return std::unique_ptr<Search>(new Search(database, catalog, std::move(index), std::move(source)));
}

Result<SearchAnswer> Search::find(const SearchQuestion& question, const Scope& scope, int limit) {
  SearchAnswer answer;
  // Before the question: an index that was complete then is complete in the answer.
  HM_TRY(const auto progress, reached());
  answer.freshness = freshness(progress, scope);
  if (!progress.has_value()) return answer;
  HM_TRY(auto found, index_->find(question.words, question.gone, scope, limit));
  answer.more = found.more;
  for (query::TextHit& one : found.hits) {
    HM_TRY(SearchHit hit, hit_of(one));
    answer.items.push_back(std::move(hit));
  }
  return answer;
}

Result<std::optional<Freshness>> Search::resolve(std::vector<Condition>& conditions, const Scope& scope) {
  const bool any = std::any_of(conditions.begin(), conditions.end(), [](const Condition& condition) {
    return condition.field == Condition::Field::word;
  });
  if (!any) return std::optional<Freshness>();
  HM_TRY(const auto progress, reached());
  const Freshness fresh = freshness(progress, scope);
  for (Condition& condition : conditions) {
    if (condition.field != Condition::Field::word) continue;
    auto all = std::make_shared<std::vector<int64_t>>();
    for (const std::string& value : condition.values) {
      HM_TRY(const query::Words word, query::one_word(value));
      if (word.empty() || !progress.has_value()) continue;
      HM_TRY(const auto numbers, index_->numbers(word, scope));
      all->insert(all->end(), numbers.begin(), numbers.end());
    }
    condition.numbers = std::move(all);
  }
  return std::optional(fresh);
}

Result<std::map<std::string, std::vector<std::string>>> Search::why(
    const std::vector<Resource>& resources, const std::vector<Condition>& conditions) {
  query::Words words;
  for (const Condition& condition : conditions) {
    if (condition.field != Condition::Field::word || condition.negated) continue;
    for (const std::string& value : condition.values) {
      HM_TRY(const query::Words word, query::one_word(value));
      words.words.insert(words.words.end(), word.words.begin(), word.words.end());
    }
  }
  std::map<std::string, std::vector<std::string>> names;
  if (words.empty()) return names;
  std::vector<int64_t> numbers;
  for (const Resource& resource : resources)
    if (const auto number = resource_number(std::string_view(resource.id))) numbers.push_back(*number);
  HM_TRY(const auto found, index_->why(numbers, words));
  for (const auto& [number, fields] : found) {
    auto& list = names[resource_id(number)];
    for (const query::TextField& field : fields)
      if (std::find(list.begin(), list.end(), field.name) == list.end()) list.push_back(field.name);
  }
  return names;
}

}  // namespace hm::inventory
