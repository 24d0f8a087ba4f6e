#include "catalog/words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hm::catalog {

namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// Plurals that no rule gives, and words that only look like one, in small letters.
constexpr std::array<std::pair<std::string_view, std::string_view>, 25> kIrregular = {
    {{"indices", "Index"},     {"analyses", "Analysis"}, {"statuses", "Status"}, {"buses", "Bus"},
     {"lenses", "Lens"},       {"aliases", "Alias"},     {"series", "Series"},   {"criteria", "Criterion"},
     {"vertices", "Vertex"},   {"apis", "Api"},          {"caches", "Cache"},    {"uis", "Ui"},
     {"metadata", "Metadata"}, {"data", "Data"},         {"matrices", "Matrix"}, {"harnesses", "Harness"},
     {"biases", "Bias"},       {"viruses", "Virus"},     {"media", "Media"},     {"kubernetes", "Kubernetes"},
     {"alias", "Alias"},       {"lens", "Lens"},         {"bias", "Bias"},       {"canvas", "Canvas"},
     {"news", "News"}}};

// Where the word that begins at `at` ends.
size_t end_of_word(std::string_view name, size_t at) {
  const size_t size = name.size();
  size_t end = at;
  while (end < size && is_upper(name[end])) ++end;
  const bool small_next = end < size && is_lower(name[end]);
  if (end - at >= 2 && small_next) {
    // "ACLs" is one word; in "DBClusters" the last capital begins the next.
    const bool plural = name[end] == 's' && (end + 1 == size || !is_lower(name[end + 1]));
    return plural ? end + 1 : end - 1;
  }
  if (end - at <= 1) {
    while (end < size && is_lower(name[end])) ++end;
  }
  while (end < size && is_digit(name[end])) ++end;
  return end;
}

std::string singular_word(const std::string& word) {
  std::string small(word.size(), '\0');
  std::transform(word.begin(), word.end(), small.begin(), lower);
  for (const auto& [many, one] : kIrregular) {
    if (small == many) return std::string(one);
  }
  const auto ends = [&](std::string_view ending) { return small.ends_with(ending); };
  const bool all_capitals = std::all_of(word.begin(), word.end(), [](char c) { return !is_lower(c); });
  if (small.size() < 3 || !ends("s") || all_capitals || ends("ss") || ends("us") || ends("is")) return word;
  if (ends("ies") && small.size() > 4) return word.substr(0, word.size() - 3) + "y";
  if (ends("sses") || ends("shes") || ends("ches") || ends("xes")) return word.substr(0, word.size() - 2);
  return word.substr(0, word.size() - 1);
}

}  // namespace

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  for (size_t at = 0; at < name.size();) {
    const size_t end = end_of_word(name, at);
    if (end == at) {
      ++at;  // a dash, a dot, a blank
      continue;
    }
    words.emplace_back(name.substr(at, end - at));
    at = end;
  }
  return words;
}

std::string snake_case(std::string_view name) {
  std::string out;
  for (const auto& word : words_of(name)) {
    if (!out.empty()) out += '_';
    std::transform(word.begin(), word.end(), std::back_inserter(out), lower);
  }
  return out;
}

std::string singular(std::string_view name) {
  const auto words = words_of(name);
  if (words.empty()) return std::string(name);
  const std::string& last = words.back();
  // Behind the last word may stand what is none: then the name stays as it is.
  if (!name.ends_with(last)) return std::string(name);
  return std::string(name.substr(0, name.size() - last.size())) + singular_word(last);
}

std::string plain_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (is_upper(c) || is_lower(c) || is_digit(c)) out += lower(c);
  }
  return out;
}

}  // namespace hm::catalog
