// The words of a question.
#include "query/fold.h"
#include "query/text_index.h"

namespace hm::query {
namespace {

Error refused(std::string why) { return make_error(ErrorKind::invalid, "search", std::move(why)); }

// A quote opens where a word begins and closes where one ends; elsewhere it is a character like others.
size_t closing_quote(std::string_view text, size_t open) {
  for (size_t at = text.find('"', open + 1); at != std::string_view::npos; at = text.find('"', at + 1))
    if (at > open + 1 && (at + 1 == text.size() || text[at + 1] == ' ')) return at;
  return std::string_view::npos;
}

}  // namespace

Result<Words> words_of(std::string_view text) {
  if (text.size() > kMostWordsBytes) return refused("a search has at most 1000 bytes");
  const std::string folded = fold_case(text);
  Words found;
  for (size_t at = folded.find_first_not_of(' '); at != std::string::npos;
       at = folded.find_first_not_of(' ', at)) {
    if (found.words.size() == kMostWords) return refused("a search has at most 10 words");
    const size_t quote = folded[at] == '"' ? closing_quote(folded, at) : std::string::npos;
    const size_t begin = quote == std::string::npos ? at : at + 1;
    const size_t end = quote == std::string::npos ? std::min(folded.find(' ', at), folded.size()) : quote;
    found.words.push_back(folded.substr(begin, end - begin));
    at = quote == std::string::npos ? end : end + 1;
  }
  return found;
}

Result<Words> one_word(std::string_view text) {
  if (text.size() > kMostWordsBytes) return refused("a word has at most 1000 bytes");
  Words found;
  if (!text.empty()) found.words.push_back(fold_case(text));
  return found;
}

}  // namespace hm::query
