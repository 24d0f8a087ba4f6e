// The search index: which things bear a word in one of their names, and why. A disposable SQLite file of its
// own, in which every run of three characters is indexed (FTS5's trigram tokenizer), so that a part of a word
// is found as quickly as its beginning. It knows nothing of AWS: documents are passed in.
//
// A word of three characters or more is found anywhere in a field; a shorter one only where a name begins
// with it, since a third of all things hold an "a". Nothing in a word has a meaning: not `*`, not `%`, not
// AND. Several words must all be there, each in whatever field.
//
// The order is that of Rank (query/text_sql.h): what is the word, names that begin with it, names that hold
// it, tags that are it, what begins with it, what holds it; then by label. Of several words the worst counts.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "identity/scope.h"
#include "query/query.h"

namespace hm::query {

// What a document says in one place.
struct TextField {
  std::string name;  // "name", "arn", "tag:env"
  std::string value;
  bool operator==(const TextField&) const = default;
};

struct TextDocument {
  int64_t number = 0;  // whose it is
  std::string account_id, region;
  bool gone = false;
  std::string label;                 // by which equals are ordered
  std::vector<TextField> names;      // what a short word may be the beginning of
  std::vector<TextField> addresses;  // ARN, IP addresses, DNS names
  std::vector<TextField> tags;       // their names are "tag:" and the key
  std::string shown;                 // handed back with a hit
};

// The words of a question, folded. Quotes around several keep them together.
struct Words {
  std::vector<std::string> words;
  bool empty() const { return words.empty(); }
};
constexpr size_t kMostWords = 10;
constexpr size_t kMostWordsBytes = 1000;
// Error: invalid "search" with the reason.
Result<Words> words_of(std::string_view text);
// One word that holds whatever it holds, spaces too.
Result<Words> one_word(std::string_view text);

struct TextHit {
  int64_t number = 0;
  std::string account_id, region;
  bool gone = false;
  std::string shown;
  std::vector<TextField> matched;  // at most kMostMatched, names first
};
constexpr size_t kMostMatched = 8;
// As many are ranked together; where more fit, the best are found step by step.
constexpr size_t kMostRanked = 1000;
constexpr int kMostHits = 200;
constexpr size_t kMostNumbers = 1'000'000;
// Ten times what the worst word takes among 100,000, in the filter: who asks for more holds up others.
constexpr std::chrono::milliseconds kTimeLimit{5'000};

struct TextHits {
  std::vector<TextHit> hits;
  bool more = false;
};

// How far the change log of which store has been followed, and whether all that was there before has been
// read.
struct TextProgress {
  Position position;
  std::optional<int64_t> reading_after;  // present: documents with a greater number are still to be read
};

class TextWriter {
 public:
  virtual ~TextWriter() = default;
  virtual Result<TextProgress> progress() = 0;
  virtual Status set_progress(const TextProgress& progress) = 0;
  virtual Status put(const TextDocument& document) = 0;
  virtual Status remove(int64_t number) = 0;
  virtual Status clear() = 0;
};

// Thread-safe: one writer at a time, readers never wait for it.
class TextIndex {
 public:
  // Opens or makes `directory`/search-<hash>.db. `content` says what documents are made of: where it differs,
  // the file is another one. A damaged file is made anew.
  // A question may take `time_limit`.
  static Result<std::unique_ptr<TextIndex>> open(const std::string& directory, std::string_view content,
                                                 std::chrono::milliseconds time_limit = kTimeLimit);
  ~TextIndex();

  // For who follows: waits for the writer, and mends what is damaged.
  Result<TextProgress> progress();
  // For who asks: waits for nobody.
  Result<TextProgress> reached();
  // f(TextWriter&) in one transaction, which is undone if f fails. Other processes may write too.
  Status write(const std::function<Status(TextWriter&)>& f);

  // The best `limit` (at most kMostHits) within the scope, of what is gone or of what is not. Errors: timeout
  // "search_slow", exhausted "connections" (too many ask at once), unavailable "search_damaged" (the next
  // write makes the file anew).
  Result<TextHits> find(const Words& words, bool gone, const identity::Scope& scope, int limit);
  // All within the scope, gone or not. Errors: those, and exhausted "search", more than kMostNumbers.
  Result<std::vector<int64_t>> numbers(const Words& words, const identity::Scope& scope);
  // Why these were found: of whoever is not in the index, nothing.
  Result<std::map<int64_t, std::vector<TextField>>> why(const std::vector<int64_t>& numbers,
                                                        const Words& words);
  // How many documents there are, whatever the scope: for logs and tests.
  Result<int64_t> count();

  // The file, for tests.
  const std::string& path() const;

 private:
  struct Impl;
  explicit TextIndex(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace hm::query
