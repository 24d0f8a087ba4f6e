#include "catalog/derived_document.h"

#include <algorithm>
#include <array>

#include "catalog/build_type.h"
#include "catalog/sensitive.h"
#include "catalog/words.h"

namespace hm::catalog {

namespace {

using aws::Member;
using aws::Shape;
using aws::ShapeKind;

constexpr size_t kMaxColumns = 150;
constexpr std::array<std::string_view, 13> kCreated = {
    "createdat",  "creationtime",    "creationdate",      "createtime",       "createdtime",
    "createdate", "createddate",     "creationtimestamp", "createdtimestamp", "creationdatetime",
    "createdon",  "createddatetime", "createdatetime"};
constexpr std::array<std::string_view, 4> kTags = {"tags", "taglist", "tagset", "tagsmap"};

std::string call_name(const DerivedList& list) {
  return std::string(list.service.name()) + ":" + std::string(list.operation.name());
}

std::string or_else(const std::string& said, std::string_view otherwise) {
  return said.empty() ? std::string(otherwise) : said;
}

// The service answers for all its regions at one place.
bool is_global(const DerivedList& list, aws::EndpointResolver& resolver) {
  const auto in = [&](const char* region) {
    aws::EndpointOptions options;
    options.region = region;
    return resolver.resolve(list.service, list.operation, Json(JsonObject{}), options);
  };
  const auto one = in("eu-west-1");
  const auto other = in("us-west-2");
  return one && other && one->url == other->url && one->signing_region == other->signing_region;
}

// The member whose plain name is `wanted`, alone or behind the noun: State, TriggerState.
template <class Fits>
std::string find_member(const DerivedList& list, Fits&& fits) {
  if (list.texts) return {};
  const std::string noun = plain_name(list.noun);
  for (const auto& one : list.element.members()) {
    std::string plain = plain_name(one.name());
    if (plain.size() > noun.size() && plain.starts_with(noun)) plain.erase(0, noun.size());
    if (fits(one, plain)) return std::string(one.name());
  }
  return {};
}

bool is_pair(Shape shape) {
  if (shape.kind() != ShapeKind::structure) return false;
  for (const auto& [key, value] : {std::pair{"Key", "Value"}, {"TagKey", "TagValue"}, {"key", "value"}}) {
    if (shape.find(key) && shape.find(value)) return true;
  }
  return false;
}

bool holds_tags(Shape shape) {
  if (shape.kind() == ShapeKind::map) return shape.value().shape().kind() == ShapeKind::string;
  return shape.kind() == ShapeKind::list && is_pair(shape.element().shape());
}

class Writer {
 public:
  Writer(const DerivedRules& rules, const DerivedList& list, aws::EndpointResolver& resolver)
      : rules_(rules), list_(list), resolver_(resolver), said_(rules.call(call_name(list))) {}

  Json write() {
    JsonObject out;
    const std::string noun = noun_of(rules_, list_);
    out["title"] = title(noun);
    out["description"] = "What " + call_name(list_) + " lists, with what AWS answers for each.";
    out["table"] = table_of(rules_, list_);
    out["scope"] = said_.scope == "account" || is_global(list_, resolver_) ? "account" : "region";
    out["list"] = list_node();
    const std::string key = key_of(rules_, list_);
    out["key"] = key;
    const std::string member = or_else(said_.key, list_.key);
    if (member.find('$') == std::string::npos && plain_name(member).ends_with("arn"))
      out["arn"] = "${" + member + "}";
    if (!list_.name.empty()) out["name"] = list_.name;
    add_facets(out);
    out["columns"] = columns(noun);
    if (auto hidden = secrets(); !hidden.empty()) out["sensitive"] = std::move(hidden);
    out["refresh"] = rules_.refresh;
    return out;
  }

 private:
  std::string title(const std::string& noun) const {
    std::string words = noun;
    std::replace(words.begin(), words.end(), '_', ' ');
    return std::string(list_.service.service_id()) + " " + words;
  }

  Json list_node() const {
    JsonObject node{{"call", call_name(list_)}};
    if (!said_.params.get_object().empty()) node["params"] = said_.params;
    node["items"] = list_.path + "[]";
    if (list_.texts) node["as"] = list_.as;
    if (!said_.where.is_null()) node["where"] = said_.where;
    node["limits"] = JsonObject{{"pages", rules_.limits.pages}, {"items", rules_.limits.items}};
    JsonArray permissions;
    for (const auto& one : said_.permissions) permissions.emplace_back(one);
    if (permissions.empty()) {
      const auto prefix = or_else(rules_.service(list_.service.name()).actions, list_.service.signing_name());
      permissions.emplace_back(prefix + ":" + std::string(list_.operation.name()));
    }
    node["permissions"] = std::move(permissions);
    return node;
  }

  void add_facets(JsonObject& out) {
    // The items of `Environments` are names, and no environments.
    if (list_.texts) {
      if (names_secret(list_.path.substr(list_.path.rfind('.') + 1)))
        out["not_sensitive"] = JsonObject{{list_.as, "The list gives names, not what they name."}};
      return;
    }
    const auto add = [&](const char* key, const std::string& found) {
      if (!found.empty()) out[key] = found;
    };
    tags_ = find_member(list_, [](const Member& one, const std::string& plain) {
      return std::find(kTags.begin(), kTags.end(), plain) != kTags.end() && holds_tags(one.shape());
    });
    add("tags", tags_);
    add("created_at", find_member(list_, [](const Member& one, const std::string& plain) {
          return std::find(kCreated.begin(), kCreated.end(), plain) != kCreated.end() &&
                 one.shape().kind() == ShapeKind::timestamp && !one.sensitive();
        }));
    add("state", find_member(list_, [](const Member& one, const std::string& plain) {
          return (plain == "state" || plain == "status" || plain == "lifecyclestate") &&
                 one.shape().kind() == ShapeKind::string && !one.sensitive();
        }));
    if (tags_.empty()) return;
    const Member tags = *list_.element.find(tags_);
    if (tags.shape().kind() == ShapeKind::list) out["sets"] = JsonArray{Json(tags_)};
    // Tags are no place for secrets, as AWS says itself, and what they are for is to be read.
    if (auto open = open_tags(tags); !open.empty()) out["not_sensitive"] = std::move(open);
  }

  // Nobody has looked at these types: what a name says may be a secret is one. What AWS's model marks is
  // added when the type is built.
  JsonArray secrets() const {
    JsonArray paths;
    if (list_.texts) return paths;
    for (auto& path : sensitive_in(list_.element, "", "", {}, may_hold_secret).named) {
      if (names_secret(path) || !names_resource(path)) paths.emplace_back(std::move(path));
    }
    for (const auto& path : said_.sensitive) paths.emplace_back(path);
    return paths;
  }

  // What tells one resource from another must be read, whatever it is called.
  bool names_resource(const std::string& path) const {
    return path == list_.key || path == list_.spare || path == list_.name || path == said_.key ||
           said_.key.find("${" + path + "}") != std::string::npos;
  }

  // What the model marks of the tags: all of them, each, or a part of each.
  JsonObject open_tags(const Member& tags) const {
    JsonObject paths;
    const auto open = [&](const std::string& path, const Member& marked) {
      if (marked.sensitive()) paths[path] = "Tags are what rules and people look for.";
    };
    const Shape shape = tags.shape();
    open(tags_, tags);
    if (shape.kind() == ShapeKind::map) {
      open(tags_, shape.value());
      return paths;
    }
    open(tags_ + "[]", shape.element());
    for (const auto& part : shape.element().shape().members())
      open(tags_ + "[]." + std::string(part.name()), part);
    return paths;
  }

  Json columns(const std::string& noun) const {
    JsonObject out;
    if (list_.texts) {
      add_column(out, list_.as, noun);
      return out;
    }
    for (const auto& one : list_.element.members()) {
      if (out.size() == kMaxColumns) break;
      if (one.name() == tags_ || one.streaming()) continue;
      add_column(out, std::string(one.name()), noun);
    }
    return out;
  }

  void add_column(JsonObject& out, const std::string& path, const std::string& noun) const {
    std::string name = snake_case(path);
    // Every table has that column, but a type needs one of its own.
    if (name == "arn" && list_.key == path && !list_.texts && list_.element.members().size() > 1) return;
    if (is_own_column(name)) name = noun + "_" + name;
    if (!is_column_name(name) || out.contains(name)) return;
    out[name] = JsonObject{{"path", path}, {"description", path + ", as AWS answers it."}};
  }

  const DerivedRules& rules_;
  const DerivedList& list_;
  aws::EndpointResolver& resolver_;
  const DerivedCall& said_;
  std::string tags_;
};

}  // namespace

std::string noun_of(const DerivedRules& rules, const DerivedList& list) {
  return or_else(rules.call(call_name(list)).noun, snake_case(list.noun));
}

std::string key_of(const DerivedRules& rules, const DerivedList& list) {
  const std::string& said = rules.call(call_name(list)).key;
  if (!said.empty() || list.spare.empty()) return or_else(said, list.key);
  return "${" + list.key + " || " + list.spare + "}";
}

std::string table_of(const DerivedRules& rules, const DerivedList& list) {
  const std::string prefix =
      or_else(rules.service(list.service.name()).table_prefix, snake_case(list.service.name()));
  return "aws_" + prefix + "_" + noun_of(rules, list);
}

std::string id_of(const DerivedRules& rules, const DerivedList& list) {
  return or_else(rules.service(list.service.name()).folder, list.service.name()) + "/" + noun_of(rules, list);
}

Json document_of(const DerivedRules& rules, const DerivedList& list, aws::EndpointResolver& resolver) {
  return Writer(rules, list, resolver).write();
}

}  // namespace hm::catalog
