#include "catalog/page.h"

namespace hm::catalog {

namespace {

std::string folder_of(const ResourceType& type) { return type.id.substr(0, type.id.find('/')); }

std::string every(std::chrono::seconds interval) {
  const auto count = interval.count();
  if (count % 3600 == 0) return std::to_string(count / 3600) + " h";
  return count % 60 == 0 ? std::to_string(count / 60) + " min" : std::to_string(count) + " s";
}

// A cell of a table in Markdown.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string call_text(const Call& call) {
  std::string out = code(call.service + ":" + call.operation);
  if (!call.params.get_object().empty()) out += " with " + code(to_json(call.params));
  return out;
}

std::string how_it_is_read(const ResourceType& type) {
  std::string out = "Type " + code(type.id) + ", ";
  out += type.scope == Scope::region ? "read in each region" : "read once an account";
  out += ", every " + every(type.refresh) + ": " + call_text(type.list) + ", " + code(type.items.text());
  if (type.parents) out += ", for each of " + call_text(type.parents->call);
  if (type.describe) out += ", described by " + call_text(type.describe->call);
  out += ".\n";
  if (type.limits.pages != 0)
    out += "At most " + std::to_string(type.limits.pages) + " pages or " + std::to_string(type.limits.items) +
           " items; more is a failed sweep.\n";
  for (const auto& detail : type.details)
    out += "\n- " + code(detail.into) + ": " + call_text(detail.call) + " for each, every " +
           every(detail.refresh.count() != 0 ? detail.refresh : type.refresh);
  if (!type.details.empty()) out += "\n";
  return out;
}

std::string derived_note(const ResourceType& type) {
  if (!type.derived) return {};
  const std::string wanted =
      type.paid.empty() ? type.list.service : type.list.service + ":" + type.list.operation;
  return "Derived from AWS's model: off until " + code("derived_services: [" + wanted + "]") + " or " +
         code("--derived " + wanted) + " asks for it." + (type.paid.empty() ? "" : " " + type.paid) + "\n";
}

// What a derived column is, only AWS's documentation of the member tells.
std::string columns_of(const ResourceType& type) {
  std::string out = "\n| column | type | what it is |\n|---|---|---|\n";
  for (const auto& column : type.columns)
    out += "| " + code(column.name) + " | " + std::string(to_string(column.type)) + " | " +
           (type.derived ? code(column.path.text()) : cell(column.description)) + " |\n";
  return out;
}

template <class Items, class Text>
std::string listed(const char* title, const Items& items, Text&& text) {
  if (items.empty()) return {};
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ", ") + text(item);
  return std::string("- ") + title + ": " + out + "\n";
}

std::string facts_of(const ResourceType& type) {
  std::string out =
      "\n- Key: " + code(type.key_template.empty() ? type.key.text() : type.key_template) + "\n";
  if (!type.arn.empty()) out += "- ARN: " + code(type.arn) + "\n";
  out += type.tags ? "- Tags: " + code(type.tags->text()) + "\n" : "- Tags: not read\n";
  out += listed("Relations", type.relations, [](const Relation& one) {
    return one.name + " (" + code(one.path.text()) + " is a " + code(one.type) + ")";
  });
  out += listed("IAM actions", type.permissions, [](const std::string& one) { return code(one); });
  out += listed("Stored as keyed hashes only", type.sensitive_paths,
                [](const JsonPath& one) { return code(one.text()); });
  return out;
}

std::string section_of(const ResourceType& type) {
  std::string text = "\n## " + type.table + "\n\n" + type.title + ".";
  if (!type.description.empty() && !type.derived) text += " " + type.description;
  return text + "\n\n" + how_it_is_read(type) + derived_note(type) + columns_of(type) + facts_of(type);
}

Page index_of(const Catalog& catalog) {
  size_t derived = 0;
  std::string lists, folder;
  for (const auto& type : catalog.resources()) {
    if (type.derived) ++derived;
    if (folder != folder_of(type)) {
      folder = folder_of(type);
      lists += "\n## " + folder + "\n\n";
    }
    lists += "- [" + type.table + "](" + folder + ".md#" + type.table + "): " + type.title +
             (type.derived ? " (derived)" : "") + "\n";
  }
  const size_t all = catalog.resources().size();
  std::string text =
      "# Tables\n\n" + std::to_string(all) + " tables: " + std::to_string(all - derived) + " curated, " +
      std::to_string(derived) +
      " derived from AWS's models. Derived ones are off until somebody asks for their service.\n"
      "Every table also has `account_id`, `region`, `resource_id`, `arn`, `name`, `state`, "
      "`created_at`, `tags`, `unknown`, `first_seen` and `last_seen`.\n";
  return {"README.md", text + std::string(kWritten) + lists};
}

}  // namespace

// The types are sorted by id, and so by service.
std::vector<Page> pages_of(const Catalog& catalog) {
  std::vector<Page> pages{index_of(catalog)};
  for (const auto& type : catalog.resources()) {
    const std::string path = folder_of(type) + ".md";
    if (pages.back().path != path)
      pages.push_back({path, "# Tables of " + folder_of(type) + "\n\n" + std::string(kWritten)});
    pages.back().text += section_of(type);
  }
  return pages;
}

}  // namespace hm::catalog
