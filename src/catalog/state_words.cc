#include "catalog/state_words.h"

#include <algorithm>

#include "catalog/schema_check.h"
#include "catalog/yaml_values.h"
#include "embedded/states_schema.h"

namespace hm::catalog {

namespace {

Error useless(const std::string& text, const std::string& why) {
  return make_error(ErrorKind::invalid, "bad_catalog", "'" + text + "' " + why + ": remove one");
}

}  // namespace

std::string_view StateWords::level_of(std::string_view state) const {
  if (const auto found = words.find(state); found != words.end()) return found->second;
  for (const auto& [part, level] : parts)
    if (state.find(part) != std::string_view::npos) return level;
  for (const auto& [ending, level] : endings)
    if (state.ends_with(ending)) return level;
  return {};
}

StateWords state_words_of(const Json& document) {
  StateWords states;
  for (const auto& [level, words] : member(document, "words")->as_object())
    for (auto& word : texts(&words)) states.words.emplace(std::move(word), level);
  for (const Json& group : member(document, "parts")->as_array())
    for (auto& part : texts(member(group, "holds")))
      states.parts.emplace_back(std::move(part), member_text(group, "level"));
  for (const auto& [level, endings] : member(document, "endings")->as_object())
    for (auto& ending : texts(&endings)) states.endings.emplace_back(std::move(ending), level);
  return states;
}

Status check_state_words(const Json& document) {
  const StateWords states = state_words_of(document);
  std::map<std::string, std::string> levels;
  for (const auto& [level, words] : member(document, "words")->as_object()) {
    for (const auto& word : texts(&words)) {
      const auto [first, fresh] = levels.emplace(word, level);
      if (!fresh) return useless(word, "stands twice among the words");
    }
  }
  for (const auto* list : {&states.parts, &states.endings}) {
    for (auto one = list->begin(); one != list->end(); ++one) {
      const auto before = std::find_if(list->begin(), one, [&](const auto& earlier) {
        return list == &states.parts ? one->first.find(earlier.first) != std::string::npos
                                     : one->first.ends_with(earlier.first);
      });
      if (before != one)
        return useless(one->first, "says nothing behind '" + before->first + "', which decides before it");
    }
  }
  return ok();
}

const Json& states_schema() {
  static const Json schema = schema_of(embedded::states_schema());
  return schema;
}

}  // namespace hm::catalog
