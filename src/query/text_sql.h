// How documents and words are written in the search index, and the SQL that asks for them.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "identity/scope.h"
#include "query/text_index.h"
#include "store/value.h"

namespace hm::query {

// The tables: `doc`, and two indexes of three characters over it, of all fields and of names alone.
std::string text_script();

// The folded fields, each between marks of its kind, so that a word with a mark before or behind it is found
// only where a field of that kind begins or ends.
struct FoldedFields {
  std::string names, others;
};
FoldedFields folded(const TextDocument& document);
std::string fields_json(const TextDocument& document);
std::vector<TextField> matched_fields(std::string_view fields_json, const Words& words);

// The number of its account stands in a document's id before so many bits.
constexpr int kAccountBits = 40;

// How well a word fits, best first. Of several words the worst counts.
enum class Rank {
  is,            // a name, an id or an address is the word
  label_begins,  // what orders the results begins with it
  name_begins,   // a name or an id does
  name_holds,    // it stands anywhere in those
  tag_is,        // a tag's key or value is the word
  other_begins,  // an address, a tag's key or value begins with it
  holds,         // it stands anywhere
};
constexpr int kRanks = 7;

// Builds one SELECT: every value a parameter.
class TextSelect {
 public:
  // Both outlive it. Without `gone`, what is gone and what is not.
  TextSelect(const Words& words, const identity::Scope& scope, std::optional<bool> gone = std::nullopt)
      : words_(words), scope_(scope), gone_(gone) {}

  std::string bind(store::Value value);
  const store::Params& params() const { return params_; }

  // " from … doc d where …": every word stands in the row, the row is in scope and ranks at most so. Found by
  // the index of three characters.
  std::string from_index(Rank most);
  // The same rows, as they come in the order of labels (order by d.label, d.id, and the rest is skipped).
  std::string from_labels(Rank most);
  // Of these, what is among the first `near` rows of all.
  std::string from_first_labels(Rank most, int near);
  // The rows whose label begins with the only word.
  std::string from_label_range();
  // " from …" without the documents: about as many as from_index() finds, quickly.
  std::string from_index_alone(Rank most);
  // The rank of the row `d`, as a number.
  std::string rank_sql();

 private:
  std::string indexed(Rank most, std::string_view and_documents);
  std::string conditions(Rank most);
  std::string match_of(Rank most) const;
  std::string rank_of(std::string_view word);
  std::string in_list(const std::set<std::string>& values);
  std::string gone_sql(std::string_view column) const;

  const Words& words_;
  const identity::Scope& scope_;
  const std::optional<bool> gone_;
  store::Params params_;
};

}  // namespace hm::query
