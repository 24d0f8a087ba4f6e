#include "identity/preferences.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace hm::identity {

namespace {

// The choices that are one of some words.
const std::map<std::string, std::vector<std::string>, std::less<>>& choices() {
  static const std::map<std::string, std::vector<std::string>, std::less<>> kChoices = {
      {"theme", {"light", "dark", "auto"}},
      {"zone", {"local", "utc"}},
      {"density", {"compact", "normal", "comfortable"}},
      {"rail", {"wide", "narrow"}}};
  return kChoices;
}

Error invalid_preference(std::string_view field, std::string why) {
  return make_error(ErrorKind::invalid, "invalid_preference", std::move(why))
      .note("field", std::string(field));
}

bool is_table(std::string_view name) {
  return !name.empty() && name.size() <= 40 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || c == '_' || c == '.';
  });
}

bool is_column_list(const Json& value) {
  if (!value.is_array() || value.get_array().size() > kMostColumnsChosen) return false;
  return std::all_of(value.get_array().begin(), value.get_array().end(), [](const Json& column) {
    return column.is_string() && !column.get_string().empty() && column.get_string().size() <= 200;
  });
}

// A member that is null is taken away.
void put(JsonObject& object, std::string_view name, const Json& value) {
  if (value.is_null())
    object.erase(name);
  else
    object[name] = value;
}

Status put_columns(JsonObject& document, const Json& tables) {
  if (tables.is_null()) {
    document.erase("columns");
    return ok();
  }
  if (!tables.is_object()) return invalid_preference("columns", "\"columns\" is an object of lists");
  JsonObject columns;
  if (const Json* before = document.if_contains("columns"); before != nullptr && before->is_object())
    columns = before->get_object();
  for (const auto& [key, value] : tables.get_object()) {
    const std::string_view name(key.data(), key.size());
    if (!is_table(name) || !(value.is_null() || is_column_list(value)))
      return invalid_preference("columns",
                                "\"columns\" holds lists of at most 60 names under names of tables");
    put(columns, name, value);
  }
  if (columns.size() > kMostTables)
    return invalid_preference("columns", "columns are kept of at most 50 tables");
  document["columns"] = std::move(columns);
  return ok();
}

Status put_member(JsonObject& document, std::string_view name, const Json& value) {
  if (name == "columns") return put_columns(document, value);
  if (name == "single_keys") {
    if (!value.is_null() && !value.is_bool())
      return invalid_preference(name, "\"single_keys\" is true or false");
    put(document, name, value);
    return ok();
  }
  const auto known = choices().find(name);
  if (known == choices().end())
    return invalid_preference(name, "there is no preference \"" + std::string(name) + "\"");
  const auto& words = known->second;
  if (!value.is_null() &&
      (!value.is_string() || std::find(words.begin(), words.end(), as_text(value)) == words.end())) {
    std::string list;
    for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
    return invalid_preference(name, "\"" + std::string(name) + "\" is one of " + list);
  }
  put(document, name, value);
  return ok();
}

Result<JsonObject> read(store::Reader& reader, std::string_view user) {
  HM_TRY(const auto text, reader.one("select document from user_preference where user_name = $1", {user},
                                     [](const store::Row& row) { return row.string(0); }));
  if (!text) return JsonObject();
  HM_TRY(Json document, parse_json(*text));
  return document.is_object() ? std::move(document.get_object()) : JsonObject();
}

}  // namespace

Result<JsonObject> Preferences::get(std::string_view user) {
  return database_.read("reading preferences", [&](store::Reader& reader) { return read(reader, user); });
}

Result<JsonObject> Preferences::change(std::string_view user, const Json& change) {
  if (!change.is_object()) return invalid_preference("", "preferences are an object");
  return database_.write("keeping preferences", [&](store::Transaction& transaction) -> Result<JsonObject> {
    HM_TRY(JsonObject document, read(transaction, user));
    for (const auto& [name, value] : change.get_object())
      HM_DO(put_member(document, {name.data(), name.size()}, value));
    const std::string text = to_json(document);
    if (text.size() > kMostPreferenceBytes)
      return invalid_preference("columns", "preferences have at most 16 KiB");
    HM_DO(
        transaction.run("insert into user_preference (user_name, document, updated_at) values ($1, $2, $3) "
                        "on conflict (user_name) do update set document = excluded.document, updated_at = "
                        "excluded.updated_at",
                        {user, text, clock_.now()}));
    return document;
  });
}

}  // namespace hm::identity
