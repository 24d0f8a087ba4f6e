#include "catalog/build_type.h"

#include <algorithm>
#include <set>

#include "aws/error_codes.h"
#include "catalog/call_check.h"
#include "catalog/fill.h"
#include "catalog/item_shape.h"
#include "catalog/yaml_values.h"

namespace hm::catalog {

namespace {

constexpr std::chrono::seconds kMinRefresh{60};

std::optional<ColumnType> type_of(std::string_view text) {
  for (const auto type : {ColumnType::text, ColumnType::integer, ColumnType::real, ColumnType::boolean,
                          ColumnType::time, ColumnType::json}) {
    if (to_string(type) == text) return type;
  }
  return std::nullopt;
}

class Builder {
 public:
  Builder(const BuildInput& input, std::vector<Fault>& faults) : input_(input), faults_(faults) {}

  ResourceType build() {
    const Json& root = input_.yaml.value;
    type_.id = input_.id;
    type_.source = input_.file;
    type_.title = member_text(root, "title");
    type_.description = member_text(root, "description");
    type_.table = member_text(root, "table");
    const auto scope = member_text(root, "scope");
    type_.scope = scope == "region" ? Scope::region : scope == "account" ? Scope::account : Scope::partition;
    if (const auto* refresh = member(root, "refresh")) type_.refresh = duration_of(as_text(*refresh));
    if (type_.refresh < kMinRefresh) complain("/refresh", "refresh is at least 1m");
    read_list(*member(root, "list"));
    if (const auto* details = member(root, "details")) read_details(details->as_array());
    read_identity(root);
    read_columns(*member(root, "columns"));
    read_relations(root);
    read_metrics(root);
    read_path_lists(root);
    if (const auto* lookup = member(root, "lookup")) read_lookup(*lookup);
    read_events(root);
    std::sort(type_.permissions.begin(), type_.permissions.end());
    type_.permissions.erase(std::unique(type_.permissions.begin(), type_.permissions.end()),
                            type_.permissions.end());
    return std::move(type_);
  }

 private:
  void complain(const std::string& pointer, std::string text) {
    faults_.push_back({input_.file, input_.yaml.line_of(pointer), std::move(text)});
  }

  std::optional<JsonPath> parse_path(const Json& text, const std::string& pointer) {
    auto path = JsonPath::parse(as_text(text));
    if (path) return std::move(*path);
    complain(pointer, path.error().message);
    return std::nullopt;
  }

  // A path into the document, checked against its shape.
  std::optional<JsonPath> item_path(const Json& text, const std::string& pointer, PathEnd* end = nullptr) {
    auto path = parse_path(text, pointer);
    if (!path || !shape_) return path;
    auto found = shape_->follow(*path);
    if (!found) {
      complain(pointer, found.error().message);
      return std::nullopt;
    }
    if (end != nullptr) *end = *found;
    return path;
  }

  std::unique_ptr<JsonPath> optional_path(const Json& root, const char* key) {
    const Json* text = member(root, key);
    if (text == nullptr) return nullptr;
    auto path = item_path(*text, std::string("/") + key);
    return path ? std::make_unique<JsonPath>(std::move(*path)) : nullptr;
  }

  Status check_name(const std::string& placeholder, bool each) {
    const std::string name(path_in(placeholder));
    if (is_fact(name)) {
      if (name == "each" && !each)
        return make_error(ErrorKind::invalid, "bad_template",
                          "'${each}' needs the key 'each' beside the call");
      return ok();
    }
    HM_TRY(auto path, JsonPath::parse(name));
    if (!shape_) return ok();
    HM_TRY([[maybe_unused]] auto end, shape_->follow(path));
    return ok();
  }

  // The codes that mean "there is none". Who may not ask does not know whether there is one.
  std::vector<std::string> absent_codes(const Json& node, const std::string& at) {
    auto codes = texts(member(node, "absent"));
    for (size_t i = 0; i < codes.size(); ++i) {
      if (aws::is_denial_code(codes[i]))
        complain(at + "/absent/" + std::to_string(i),
                 "'" + codes[i] + "' says that it may not be asked, not that there is none: remove it");
    }
    return codes;
  }

  // The call at `at` ("/list"); its operation where the models were asked.
  std::optional<aws::Operation> read_call(const Json& node, const std::string& at, Call& call,
                                          bool each = false) {
    if (const auto* name = member(node, "call")) {
      const auto text = as_text(*name);
      const auto colon = text.find(':');
      call.service = text.substr(0, colon);
      call.operation = text.substr(colon + 1);
    }
    if (const auto* params = member(node, "params")) call.params = *params;
    if (const auto* permissions = member(node, "permissions")) {
      call.permissions = texts(permissions);
    } else {
      call.permissions = {natural_permission(call.service, call.operation)};
    }
    type_.permissions.insert(type_.permissions.end(), call.permissions.begin(), call.permissions.end());
    if (!input_.check) return std::nullopt;
    auto operation = find_operation(call.service, call.operation);
    if (!operation) {
      // A lookup without a call of its own repeats the list's, whose fault is told already.
      if (member(node, "call") != nullptr) complain(at + "/call", operation.error().message);
      return std::nullopt;
    }
    check_params(
        call.params, *operation,
        [&](const std::string& below, std::string text) { complain(at + below, std::move(text)); },
        [&](const std::string& name) { return check_name(name, each); });
    return *operation;
  }

  std::unique_ptr<Condition> read_condition(const Json* node, const std::string& at) {
    if (node == nullptr) return nullptr;
    auto path = item_path(*member(*node, "path"), at + "/path");
    if (!path) return nullptr;
    auto condition = std::make_unique<Condition>();
    condition->path = std::move(*path);
    for (const auto& [key, values] :
         {std::pair{"is", &condition->is}, std::pair{"is_not", &condition->is_not}}) {
      if (const auto* list = member(*node, key))
        values->assign(list->as_array().begin(), list->as_array().end());
    }
    if (condition->is.empty() && condition->is_not.empty())
      complain(at, "the condition says neither 'is' nor 'is_not': add one");
    return condition;
  }

  void read_list(const Json& list) {
    std::optional<PathEnd> parent;
    if (const auto* node = member(list, "parents")) parent = read_parents(*node);
    auto end = read_items(list, "/list", type_.list, type_.items);
    type_.list_absent = absent_codes(list, "/list");
    type_.limits = limits_of(member(list, "limits"));
    type_.as = member_text(list, "as");
    if (const auto* node = member(list, "describe")) {
      if (end && end->shape.kind() != aws::ShapeKind::string)
        complain("/list/items", "'items' must give the ids that 'describe' asks for");
      type_.describe = std::make_unique<Describe>();
      type_.describe->chunk = member(*node, "chunk")->to_number<size_t>();
      end = read_items(*node, "/list/describe", type_.describe->call, type_.describe->items, true);
    }
    if (end) read_item_shape(*end);
    if (shape_ && parent) shape_->add_detail(type_.parents->into, *parent, false);
    type_.where = read_condition(member(list, "where"), "/list/where");
  }

  // The call at `at` and what its `items` are; nothing where the models were not asked, or found a fault.
  std::optional<PathEnd> read_items(const Json& node, const std::string& at, Call& call, JsonPath& items,
                                    bool each = false) {
    const auto operation = read_call(node, at, call, each);
    auto path = parse_path(*member(node, "items"), at + "/items");
    if (!path) return std::nullopt;
    items = *path;
    if (!operation) return std::nullopt;
    const auto output = operation->output();
    if (!output) {
      complain(at + "/call", "the operation answers nothing");
      return std::nullopt;
    }
    auto end = follow(items, *output);
    if (!end) {
      complain(at + "/items", end.error().message);
      return std::nullopt;
    }
    if (end->shape.kind() == aws::ShapeKind::list) {
      complain(at + "/items", "'items' gives no list: write '[]' at its end");
      return std::nullopt;
    }
    end->several = false;  // one item
    return *end;
  }

  // What one parent is, and what the list's own parameters may name.
  std::optional<PathEnd> read_parents(const Json& node) {
    type_.parents = std::make_unique<Parents>();
    type_.parents->into = member_text(node, "into");
    auto end = read_items(node, "/list/parents", type_.parents->call, type_.parents->items);
    if (end) {
      shape_.emplace();
      shape_->add_detail(type_.parents->into, *end, false);
    }
    type_.parents->where = read_condition(member(node, "where"), "/list/parents/where");
    return end;
  }

  void read_item_shape(const PathEnd& end) {
    const bool structure = end.shape.kind() == aws::ShapeKind::structure;
    shape_.reset();
    if (type_.as.empty()) {
      if (!structure)
        return complain("/list/items",
                        "'items' gives no structures, which a resource must be: name the text with 'as'");
      shape_.emplace(end);
      return;
    }
    if (structure) return complain("/list/as", "the items are structures already: remove 'as'");
    shape_.emplace();
    shape_->add_detail(type_.as, end, false);
  }

  void read_details(const JsonArray& details) {
    std::set<std::string> names;
    for (size_t i = 0; i < details.size(); ++i) {
      const std::string at = "/details/" + std::to_string(i);
      Detail detail = read_detail(details[i], at);
      if (!names.insert(detail.into).second)
        complain(at + "/into", "'" + detail.into + "' is filled by two details: name one otherwise");
      type_.details.push_back(std::move(detail));
    }
  }

  Detail read_detail(const Json& node, const std::string& at) {
    Detail detail;
    detail.into = member_text(node, "into");
    const Json* each = member(node, "each");
    if (each != nullptr) {
      if (auto path = item_path(*each, at + "/each"))
        detail.each = std::make_unique<JsonPath>(std::move(*path));
    }
    detail.when = read_condition(member(node, "when"), at + "/when");
    const auto operation = read_call(node, at, detail.call, each != nullptr);
    detail.absent = absent_codes(node, at);
    detail.keep = texts(member(node, "keep"));
    if (const auto* refresh = member(node, "refresh")) detail.refresh = duration_of(as_text(*refresh));
    std::optional<JsonPath> take;
    if (const auto* text = member(node, "take")) take = parse_path(*text, at + "/take");
    if (operation && shape_) add_answer(*operation, detail, take, at);
    if (take) detail.take = std::make_unique<JsonPath>(std::move(*take));
    return detail;
  }

  void add_answer(const aws::Operation& operation, const Detail& detail, const std::optional<JsonPath>& take,
                  const std::string& at) {
    const auto output = operation.output();
    if (!output) return complain(at + "/call", "the operation answers nothing");
    PathEnd end{*output};
    if (take) {
      auto found = follow(*take, *output);
      if (!found) return complain(at + "/take", found.error().message);
      end = *found;
    }
    for (size_t i = 0; i < detail.keep.size(); ++i) {
      const auto path = JsonPath::parse(detail.keep[i]);
      const auto found = path ? follow(*path, end.shape) : Result<PathEnd>(path.error());
      if (!found) complain(at + "/keep/" + std::to_string(i), found.error().message);
    }
    shape_->add_detail(detail.into, end, detail.each != nullptr, detail.keep);
  }

  void read_lookup(const Json& node) {
    auto lookup = std::make_unique<Lookup>();
    lookup->call.service = type_.list.service;
    lookup->call.operation = type_.list.operation;
    read_call(node, "/lookup", lookup->call);
    lookup->absent = absent_codes(node, "/lookup");
    type_.lookup = std::move(lookup);
  }

  void check_template(std::string_view text, const std::string& at) {
    auto names = placeholders(text);
    if (!names) return complain(at, names.error().message);
    for (const auto& name : *names) {
      if (auto found = check_name(name, false); !found) complain(at, found.error().message);
    }
  }

  static bool is_template(std::string_view text) { return text.find("${") != std::string_view::npos; }

  // What nobody gives a name is told apart by one that is made of what it is.
  void read_name(const Json& root) {
    const std::string name(member_text(root, "name"));
    if (!is_template(name)) {
      type_.name = optional_path(root, "name");
      return;
    }
    type_.name_template = name;
    check_template(name, "/name");
  }

  void read_key(const Json& key) {
    if (is_template(as_text(key))) {
      type_.key_template = as_text(key);
      return check_template(type_.key_template, "/key");
    }
    PathEnd end{};
    auto path = item_path(key, "/key", shape_ ? &end : nullptr);
    if (!path) return;
    type_.key = std::move(*path);
    if (shape_ && (end.several || end.shape.kind() != aws::ShapeKind::string))
      complain("/key", "the key must be one text");
  }

  void read_identity(const Json& root) {
    read_key(*member(root, "key"));
    type_.arn = member_text(root, "arn");
    check_template(type_.arn, "/arn");
    read_name(root);
    type_.tags = optional_path(root, "tags");
    type_.created_at = optional_path(root, "created_at");
    type_.state = optional_path(root, "state");
    type_.region = optional_path(root, "region");
    for (const auto& detail : type_.details) {
      if (type_.region && detail.refresh.count() != 0 && type_.region->text().find(detail.into) == 0)
        complain("/region", "'" + detail.into +
                                "' must be read with every sweep, because the other details are " +
                                "asked for where it says: remove its refresh");
    }
    if (const auto* regions = member(root, "region_names")) {
      for (const auto& [written, region] : regions->as_object())
        type_.region_names.emplace_back(std::string(written), std::string(as_text(region)));
    }
  }

  void read_columns(const Json& columns) {
    for (const auto& [key, node] : columns.as_object()) {
      const std::string name(key);
      const std::string at = "/columns/" + name;
      if (!is_column_name(name))
        complain(at, "the column '" + name + "' must be snake_case: small letters, digits and single _");
      Column column;
      column.name = name;
      column.description = member_text(node, "description");
      PathEnd end{};
      auto path = item_path(*member(node, "path"), at + "/path", shape_ ? &end : nullptr);
      if (!path) continue;
      column.path = std::move(*path);
      const auto given = type_of(member_text(node, "type"));
      column.type = given ? *given : shape_ ? natural_type(end) : ColumnType::text;
      if (shape_ && !fits(end, column.type))
        complain(at + "/type", "the column '" + name + "' cannot be of type " +
                                   std::string(to_string(column.type)) + ": AWS gives " +
                                   std::string(to_string(natural_type(end))));
      type_.columns.push_back(std::move(column));
    }
  }

  void read_relations(const Json& root) {
    const Json* list = member(root, "relations");
    if (list == nullptr) return;
    for (size_t i = 0; i < list->as_array().size(); ++i) {
      const Json& node = list->as_array()[i];
      auto path = item_path(*member(node, "path"), "/relations/" + std::to_string(i) + "/path");
      if (!path) continue;
      Relation relation;
      relation.name = member_text(node, "name");
      relation.path = std::move(*path);
      relation.type = member_text(node, "type");
      relation.contains = member_text(node, "contains");
      type_.relations.push_back(std::move(relation));
    }
  }

  void read_events(const Json& root) {
    const Json* list = member(root, "events");
    if (list == nullptr) return;
    for (size_t i = 0; i < list->as_array().size(); ++i) {
      const Json& node = list->as_array()[i];
      if (node.is_string()) {
        type_.events.emplace_back(as_text(node));
      } else {
        read_event_fact(node, "/events/" + std::to_string(i));
      }
    }
  }

  void read_event_fact(const Json& node, const std::string& at) {
    EventFact fact;
    fact.source = member_text(node, "source");
    fact.call = member_text(node, "call");
    fact.detail_type = member_text(node, "detail_type");
    if (const Json* id = member(node, "id")) fact.id = parse_path(*id, at + "/id");
    if (const Json* known = member(node, "known")) fact.known = known->as_bool();
    const bool by_service = !fact.source.empty() && !fact.detail_type.empty() && fact.call.empty();
    const bool by_call = !fact.call.empty() && fact.source.empty() && fact.detail_type.empty() && fact.id;
    if (!by_service && !by_call)
      return complain(at, "an event is a call with its 'id', or a 'source' with its 'detail_type'");
    if (fact.known && !fact.id) return complain(at, "'known' needs an 'id'");
    if (by_call) type_.events.push_back(fact.call);
    type_.event_facts.push_back(std::move(fact));
  }

  bool is_dimension(const Json& text, const std::string& at) {
    const size_t before = faults_.size();
    if (as_text(text).find("${") == std::string_view::npos) return item_path(text, at).has_value();
    check_template(as_text(text), at);
    return faults_.size() == before;
  }

  void read_metrics(const Json& root) {
    const Json* list = member(root, "metrics");
    if (list == nullptr) return;
    for (size_t i = 0; i < list->as_array().size(); ++i) {
      const Json& node = list->as_array()[i];
      Metric metric;
      metric.metric_namespace = member_text(node, "namespace");
      metric.name = member_text(node, "name");
      metric.statistic = member_text(node, "statistic");
      if (const auto* continuous = member(node, "continuous")) metric.continuous = continuous->as_bool();
      if (const auto* period = member(node, "period"))
        metric.period = std::chrono::seconds(period->to_number<int64_t>());
      if (const auto* fixed = member(node, "fixed")) {
        for (const auto& [name, value] : fixed->as_object())
          metric.fixed.emplace_back(std::string(name), std::string(as_text(value)));
      }
      const std::string at = "/metrics/" + std::to_string(i) + "/dimensions/";
      for (const auto& [name, path] : member(node, "dimensions")->as_object()) {
        if (is_dimension(path, at + std::string(name)))
          metric.dimensions.emplace_back(std::string(name), std::string(as_text(path)));
      }
      if (const auto* parts = member(node, "parts")) {
        const auto& [name, path] = *parts->as_object().begin();
        auto values = item_path(path, "/metrics/" + std::to_string(i) + "/parts/" + std::string(name));
        if (values) metric.parts = {std::string(name), std::move(*values)};
      }
      type_.metrics.push_back(std::move(metric));
    }
  }

  std::vector<JsonPath> paths(const Json& root, const char* key) {
    std::vector<JsonPath> out;
    const Json* list = member(root, key);
    if (list == nullptr) return out;
    for (size_t i = 0; i < list->as_array().size(); ++i) {
      const std::string at = std::string("/") + key + "/" + std::to_string(i);
      if (auto path = item_path(list->as_array()[i], at)) out.push_back(std::move(*path));
    }
    return out;
  }

  void read_path_lists(const Json& root) {
    type_.volatile_paths = paths(root, "volatile");
    type_.set_paths = paths(root, "sets");
    type_.sensitive_paths = paths(root, "sensitive");
    std::set<std::string> open;
    if (const auto* list = member(root, "not_sensitive")) {
      for (const auto& [path, why] : list->as_object()) {
        const std::string text(path);
        if (item_path(Json(text), "/not_sensitive/" + text)) open.insert(text);
      }
    }
    if (shape_) add_sensitive(open);
  }

  // What the models mark is added. On what a name alone tells of, the file must have decided.
  void add_sensitive(const std::set<std::string>& open) {
    std::set<std::string> hidden;
    for (const auto& path : type_.sensitive_paths) hidden.insert(path.text());
    const auto found = shape_->sensitive(open);
    for (const auto& text : found.marked) {
      if (!hidden.insert(text).second) continue;
      if (names_item(text))
        complain("", "'" + text + "' is sensitive in AWS's model and names the resource: list it under " +
                         "'not_sensitive' if it is no secret");
      if (auto path = JsonPath::parse(text)) type_.sensitive_paths.push_back(std::move(*path));
    }
    for (const auto& text : found.named) {
      if (!open.contains(text) && !is_within(hidden, text))
        complain("", "'" + text + "' may hold a secret, as its name says: list it under 'sensitive', or " +
                         "under 'not_sensitive' with the reason why it holds none");
    }
  }

  // Of what is hidden, all that is below it is hidden as well.
  static bool is_within(const std::set<std::string>& paths, const std::string& path) {
    for (size_t end = path.size(); end != std::string::npos && end > 0;
         end = path.find_last_of(".[", end - 1)) {
      if (paths.contains(path.substr(0, end))) return true;
    }
    return false;
  }

  bool names_item(const std::string& path) const {
    const auto is = [&](const auto* p) { return p != nullptr && p->text() == path; };
    for (const auto& relation : type_.relations) {
      if (is(&relation.path)) return true;
    }
    return is(&type_.key) || is(type_.name.get()) || is(type_.state.get()) || is(type_.tags.get()) ||
           (type_.arn + type_.key_template + type_.name_template).find("${" + path + "}") !=
               std::string::npos;
  }

  const BuildInput& input_;
  std::vector<Fault>& faults_;
  ResourceType type_;
  std::optional<ItemShape> shape_;
};

}  // namespace

bool is_column_name(std::string_view name) {
  bool after_underscore = true;
  for (const char c : name) {
    if (c == '_' ? after_underscore : !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) return false;
    after_underscore = c == '_';
  }
  return !after_underscore && name.size() <= 60 && name.front() >= 'a';
}

bool is_own_column(std::string_view name) {
  constexpr std::string_view kOwn[] = {"account_id", "region",     "resource_id",  "arn",      "tags",
                                       "unknown",    "first_seen", "place_region", "last_seen"};
  return std::find(std::begin(kOwn), std::end(kOwn), name) != std::end(kOwn);
}

std::optional<ResourceType> build_type(const BuildInput& input, std::vector<Fault>& faults) {
  const size_t before = faults.size();
  auto type = Builder(input, faults).build();
  if (faults.size() != before) return std::nullopt;
  return type;
}

}  // namespace hm::catalog
