#include "catalog/derived_list.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "catalog/sensitive.h"
#include "catalog/words.h"

namespace hm::catalog {

namespace {

using aws::Shape;
using aws::ShapeKind;

// Words that say how much is told of a thing, not what it is.
constexpr std::array<std::string_view, 16> kGeneric = {
    "summary", "detail", "info",   "item",     "list", "overview", "description", "result",
    "output",  "entry",  "record", "response", "set",  "metadata", "information", "data"};
// What is told about a thing bears the thing's own id.
constexpr std::array<std::string_view, 6> kAbout = {"recommendation", "status", "configuration",
                                                    "setting",        "state",  "health"};
// An id that begins with one of these is another thing's.
constexpr std::array<std::string_view, 22> kForeign = {
    "source",  "target",    "parent", "latest",     "destination", "previous", "original", "desired",
    "root",    "default",   "master", "primary",    "origin",      "owner",    "base",     "current",
    "related", "requester", "last",   "associated", "next",        "global"};
// How an id ends, the best first.
constexpr int kNameRank = 2;
constexpr std::array<std::pair<std::string_view, int>, 4> kEndings = {
    {{"arn", 0}, {"identifier", 1}, {"id", 1}, {"name", kNameRank}}};
constexpr size_t kMinStem = 3;  // shorter ones fit anything

bool among(auto& words, std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

std::string_view verb_of(std::string_view operation, bool any = false) {
  for (const std::string_view verb : {"Describe", "List", "Get"}) {
    if (!operation.starts_with(verb) || operation.size() == verb.size()) continue;
    const char next = operation[verb.size()];
    if (next < 'a' || next > 'z') return verb;
  }
  const auto words = any ? words_of(operation) : std::vector<std::string>();
  return words.size() < 2 ? std::string_view() : operation.substr(0, words.front().size());
}

bool is_version(std::string_view word) {
  return word.size() >= 2 && word[0] == 'V' && word.find_first_not_of("0123456789", 1) == std::string::npos;
}

// "JobDefinitionSummaries" is about a jobdefinition.
std::string core_of(std::string_view name) {
  auto words = words_of(singular(name));
  while (words.size() > 1 &&
         (among(kGeneric, plain_name(singular(words.back()))) || is_version(words.back())))
    words.pop_back();
  std::string all;
  for (const auto& word : words) all += word;
  return plain_name(singular(all));
}

bool related(std::string_view a, std::string_view b) {
  return a.find(b) != std::string_view::npos || b.find(a) != std::string_view::npos;
}

struct Found {
  std::string path;
  std::string last;  // the list's own name
  Shape element;
  bool top;
  bool secret;  // the model marks the items, or all of the list
};

void gather_lists(Shape shape, const std::string& above, std::vector<Found>& out) {
  for (const auto& one : shape.members()) {
    const Shape inner = one.shape();
    const std::string path = above.empty() ? std::string(one.name()) : above + "." + std::string(one.name());
    if (inner.kind() == ShapeKind::list) {
      const auto element = inner.element();
      out.push_back({path, std::string(one.name()), element.shape(), above.empty(),
                     one.sensitive() || element.sensitive()});
    } else if (inner.kind() == ShapeKind::structure && !inner.document() && !inner.event_stream() &&
               above.empty()) {
      gather_lists(inner, path, out);
    }
  }
}

std::vector<Found> only(const std::vector<Found>& lists, auto&& holds) {
  std::vector<Found> out;
  std::copy_if(lists.begin(), lists.end(), std::back_inserter(out), holds);
  return out;
}

// The one list that an answer is about.
std::optional<Found> dominant(const aws::Operation& operation, const std::vector<Found>& lists,
                              const std::string& core) {
  if (const auto paginator = operation.paginator(); paginator && paginator->result_keys.size() == 1) {
    for (const auto& one : lists) {
      if (one.path == paginator->result_keys.front()) return one;
    }
  }
  for (const bool top : {true, false}) {
    for (const auto kind : {ShapeKind::structure, ShapeKind::string}) {
      auto pool =
          only(lists, [&](const Found& one) { return one.element.kind() == kind && (one.top || !top); });
      if (pool.empty()) continue;
      if (pool.size() > 1)
        pool = only(pool, [&](const Found& one) { return related(core_of(one.last), core); });
      if (pool.size() > 1) pool = only(pool, [&](const Found& one) { return core_of(one.last) == core; });
      return pool.size() == 1 ? std::optional(pool.front()) : std::nullopt;
    }
  }
  return std::nullopt;
}

// How well a member's stem ("trigger" of TriggerName) is the item's own noun: 0 the best, none where it is
// another thing's.
std::optional<int> own(const std::vector<std::string>& cores, const std::string& stem,
                       std::string_view first_word) {
  if (stem.empty()) return 0;
  int best = 9;
  for (const auto& core : cores) {
    if (stem == core) return 0;
    const bool long_enough = std::min(stem.size(), core.size()) >= kMinStem;
    if (long_enough && stem.ends_with(core) && !among(kForeign, first_word)) best = std::min(best, 1);
    if (core.starts_with(stem) && among(kAbout, std::string_view(core).substr(stem.size())))
      best = std::min(best, 1);
    if (long_enough && core.ends_with(stem)) best = std::min(best, 2);
  }
  return best == 9 ? std::nullopt : std::optional(best);
}

// A name costs more, as it may change or be another's too.
constexpr int kCostOfName = 3;

struct Candidate {
  int cost;  // how badly it fits; a name only where there is no id
  int rank;  // ARN, id, name
  std::string member;
  auto operator<=>(const Candidate&) const = default;
};

void find_identity(DerivedList& list, std::string_view listed, std::string_view list_name) {
  std::vector<std::string> cores;
  for (const auto name : {listed, list_name}) {
    for (auto& core : {core_of(name), plain_name(singular(name)), plain_name(name)}) cores.push_back(core);
  }
  std::vector<Candidate> candidates;
  for (const auto& one : list.element.members()) {
    // One of a few words is a kind of thing, and no name of its own.
    if (one.shape().kind() != ShapeKind::string || one.sensitive() || !one.shape().enumeration().empty())
      continue;
    const std::string plain = plain_name(one.name());
    for (const auto& [ending, rank] : kEndings) {
      if (!plain.ends_with(ending)) continue;
      const auto words = words_of(one.name());
      const std::string first = words.empty() ? std::string() : plain_name(words.front());
      const auto fit = own(cores, plain.substr(0, plain.size() - ending.size()), first);
      if (fit)
        candidates.push_back({*fit + (rank == kNameRank ? kCostOfName : 0), rank, std::string(one.name())});
      break;
    }
  }
  if (candidates.empty()) return;
  std::sort(candidates.begin(), candidates.end());
  list.key = candidates.front().member;
  // Glue's triggers have an Id that is reserved for future use: then the name tells them apart.
  const auto is_spare = [](const Candidate& one) {
    return (one.cost == 0 || one.cost == kCostOfName) && !names_secret(one.member);
  };
  const auto spare = std::find_if(candidates.begin() + 1, candidates.end(), is_spare);
  if (!list.element.find(list.key)->required() && spare != candidates.end()) list.spare = spare->member;
  const auto name = std::find_if(candidates.begin(), candidates.end(),
                                 [](const Candidate& one) { return one.rank == kNameRank; });
  if (name != candidates.end()) list.name = name->member;
}

// "tokenNameList" holds a tokenName.
std::string name_of_text(std::string_view list_name) {
  constexpr std::string_view kList = "List";
  if (list_name.size() > kList.size() && list_name.ends_with(kList)) list_name.remove_suffix(kList.size());
  return singular(list_name);
}

bool needs_input(const aws::Operation& operation) {
  const auto input = operation.input();
  if (!input) return false;
  for (const auto& one : input->members()) {
    if (one.required() && !one.idempotency_token()) return true;
  }
  return false;
}

}  // namespace

std::string listed_noun(std::string_view operation) {
  const auto verb = verb_of(operation);
  return verb.empty() ? std::string() : singular(operation.substr(verb.size()));
}

std::optional<DerivedList> derived_list(aws::Service service, aws::Operation operation, bool lenient) {
  const auto verb = verb_of(operation.name(), lenient);
  const auto output = operation.output();
  if (verb.empty() || !output) return std::nullopt;
  if (!lenient && (operation.deprecated() || needs_input(operation))) return std::nullopt;
  const std::string_view listed = operation.name().substr(verb.size());
  DerivedList list;
  list.service = service;
  list.operation = operation;
  list.noun = singular(listed);
  std::vector<Found> lists;
  gather_lists(*output, "", lists);
  const auto found = dominant(operation, lists, core_of(list.noun));
  if (!found) return std::nullopt;
  const std::string core = core_of(found->last);
  // Only the plural says that several things are described, and not one that has a list in it.
  const bool named_alike = related(core, core_of(list.noun)) || among(kGeneric, core);
  if (!lenient && verb != "List" && (list.noun == listed || !named_alike)) return std::nullopt;
  list.path = found->path;
  list.element = found->element;
  if (found->element.kind() == ShapeKind::structure) {
    // What is marked as a whole has no member to be known by.
    if (!found->secret) find_identity(list, listed, found->last);
    return list;
  }
  if (found->element.kind() != ShapeKind::string || (verb != "List" && !lenient)) return std::nullopt;
  list.texts = true;
  list.as = name_of_text(found->last);
  if (!found->secret && found->element.enumeration().empty()) list.key = list.as;
  return list;
}

bool tells_more(const DerivedList& one, const DerivedList& other) {
  const auto order = [](const DerivedList& list) {
    const auto verb = verb_of(list.operation.name());
    const size_t members = list.texts ? 0 : list.element.members().size();
    return std::tuple(!list.key.empty(), members,
                      verb == "Describe" ? 2
                      : verb == "Get"    ? 1
                                         : 0,
                      list.operation.name());
  };
  return order(one) > order(other);
}

}  // namespace hm::catalog
