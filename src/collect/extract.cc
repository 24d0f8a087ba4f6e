#include "collect/extract.h"

#include <algorithm>

#include "base/crypto.h"
#include "collect/paths.h"

namespace hm::collect {

namespace {

using catalog::ResourceType;

std::string text_at(const JsonPath* path, const Json& document) {
  if (path == nullptr) return {};
  const Json value = path->eval(document);
  if (value.is_string()) return std::string(as_text(value));
  return value.is_structured() || value.is_null() ? std::string() : to_json(value);
}

std::optional<Time> time_at(const JsonPath* path, const Json& document) {
  const std::string text = text_at(path, document);
  if (text.empty()) return std::nullopt;
  auto time = parse_iso(text);
  if (!time) return std::nullopt;
  return *time;
}

// AWS writes tags as a map, or as a list of {Key, Value}, {TagKey, TagValue} or {key, value}.
std::map<std::string, std::string> tags_at(const JsonPath* path, const Json& document) {
  std::map<std::string, std::string> tags;
  if (path == nullptr) return tags;
  const Json value = path->eval(document);
  if (const auto* object = value.if_object()) {
    for (const auto& [key, text] : *object) {
      if (text.is_string()) tags.emplace(std::string(key), std::string(as_text(text)));
    }
  }
  const auto* list = value.if_array();
  if (list == nullptr) return tags;
  constexpr std::pair<const char*, const char*> kForms[] = {
      {"Key", "Value"}, {"TagKey", "TagValue"}, {"key", "value"}};
  for (const auto& tag : *list) {
    for (const auto& [key, text] : kForms) {
      const auto name = member_text(tag, key);
      if (!name.empty()) tags.insert_or_assign(std::string(name), std::string(member_text(tag, text)));
    }
  }
  return tags;
}

void add_targets(const catalog::Relation& relation, const Json& value,
                 std::vector<inventory::ObservedRelation>& out) {
  if (const auto* list = value.if_array()) {
    for (const auto& one : *list) add_targets(relation, one, out);
  } else if (value.is_string() && !value.get_string().empty()) {
    const auto target = as_text(value);
    if (relation.contains.empty() || target.find(relation.contains) != std::string_view::npos)
      out.push_back({relation.name, relation.type, std::string(target)});
  }
}

std::vector<inventory::ObservedRelation> relations_at(const ResourceType& type, const Json& document) {
  std::vector<inventory::ObservedRelation> out;
  for (const auto& relation : type.relations) add_targets(relation, relation.path.eval(document), out);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace

catalog::Facts facts_of(const Origin& origin) {
  return {{"account_id", Json(origin.account_id)},
          {"partition", Json(origin.partition)},
          {"region", Json(origin.region == "global" ? std::string() : origin.region)}};
}

std::string region_of(const ResourceType& type, const Json& document) {
  if (!type.region) return {};
  // Nothing is an answer only where the part was read: it means a region, while not knowing means none.
  const auto read = [&](const std::vector<JsonPath::Step>& steps) {
    const auto* first = steps.empty() ? nullptr : std::get_if<JsonPath::Member>(&steps.front());
    return first != nullptr && member(document, first->name) != nullptr;
  };
  const auto& sides = type.region->alternatives();
  if (std::none_of(sides.begin(), sides.end(), read)) return {};
  std::string text = text_at(type.region.get(), document);
  for (const auto& [written, region] : type.region_names) {
    if (written == text) return region;
  }
  return text;
}

std::string hash_of(const ResourceType& type, const Json& document) {
  Json kept = document;
  for (const auto& path : type.volatile_paths) remove_at(kept, path);
  kept = sorted(kept);
  // From the innermost out: a set inside an element of a set must be in order before that element is
  // compared.
  std::vector<const JsonPath*> sets;
  for (const auto& path : type.set_paths) sets.push_back(&path);
  std::stable_sort(sets.begin(), sets.end(), [](const JsonPath* a, const JsonPath* b) {
    return a->alternatives().front().size() > b->alternatives().front().size();
  });
  for (const auto* path : sets) {
    change_at(kept, *path, [](Json& value) {
      auto* list = value.if_array();
      if (list == nullptr) return;
      std::vector<std::pair<std::string, Json>> order;
      for (auto& item : *list) order.emplace_back(to_json(item), item);
      std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
      for (size_t i = 0; i < order.size(); ++i) (*list)[i] = std::move(order[i].second);
    });
  }
  return sha256_hex(to_json(kept));
}

std::string id_of(const ResourceType& type, const Json& document) {
  if (type.key_template.empty()) return text_at(&type.key, document);
  auto id = catalog::fill_text(type.key_template, document, {});
  return id ? std::move(*id) : std::string();
}

std::string name_of(const ResourceType& type, const Json& document, const catalog::Facts& facts) {
  if (type.name_template.empty()) return text_at(type.name.get(), document);
  auto name = catalog::fill_text(type.name_template, document, facts);
  return name ? std::move(*name) : std::string();
}

void derive(const ResourceType& type, const Origin& origin, inventory::Observed& item) {
  const Json& document = item.document;
  item.id = id_of(type, document);
  item.region = region_of(type, document);
  if (item.region.empty()) item.region = origin.region;
  catalog::Facts facts = facts_of(origin);
  facts["key"] = item.id;
  auto arn = catalog::fill_text(type.arn, document, facts);
  item.arn = arn ? std::move(*arn) : std::string();
  item.tags = tags_at(type.tags.get(), document);
  item.name = name_of(type, document, facts);
  if (item.name.empty()) {
    const auto tag = item.tags.find("Name");
    if (tag != item.tags.end()) item.name = tag->second;
  }
  item.state = text_at(type.state.get(), document);
  item.created_at = time_at(type.created_at.get(), document);
  item.relations = relations_at(type, document);
  item.hash = hash_of(type, document);
}

}  // namespace hm::collect
