#include <algorithm>
#include <map>
#include <set>

#include "base/check.h"
#include "base/yaml.h"
#include "catalog/build_rule.h"
#include "catalog/build_type.h"
#include "catalog/catalog.h"
#include "catalog/compiled.h"
#include "catalog/derive.h"
#include "catalog/faults.h"
#include "catalog/quota.h"
#include "catalog/schema_check.h"
#include "catalog/state_words.h"
#include "catalog/tagging.h"

namespace hm::catalog {

namespace {

constexpr size_t kMaxFiles = 2000;
constexpr size_t kMaxFileBytes = 512 * 1024;
constexpr size_t kMaxIdBytes = 80;

struct Spot {
  enum class Kind { none, resource, rule, quota, derived, tagging, states } kind = Kind::none;
  std::string id;        // "ec2/volume", "ebs_volume_unattached"
  std::string category;  // of a rule; of a quota its service
};

bool is_plain(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

// "resources/ec2/volume.yaml", "rules/cost/ebs_volume_unattached.yaml"
Spot spot_of(std::string_view path) {
  if (path == kDerivedFile) return {Spot::Kind::derived, {}, {}};
  if (path == kTaggingFile) return {Spot::Kind::tagging, {}, {}};
  if (path == kStatesFile) return {Spot::Kind::states, {}, {}};
  constexpr std::string_view ending = ".yaml";
  if (!path.ends_with(ending) || std::count(path.begin(), path.end(), '/') != 2) return {};
  path.remove_suffix(ending.size());
  const std::string_view folder = path.substr(0, path.find('/'));
  path.remove_prefix(folder.size() + 1);
  const std::string_view middle = path.substr(0, path.find('/'));
  const std::string_view last = path.substr(middle.size() + 1);
  if (!is_plain(middle) || !is_plain(last)) return {};
  if (folder == "resources") return {Spot::Kind::resource, std::string(path), {}};
  if (folder == "quotas") return {Spot::Kind::quota, std::string(last), std::string(middle)};
  const bool known =
      std::find(std::begin(kRuleCategories), std::end(kRuleCategories), middle) != std::end(kRuleCategories);
  if (folder == "rules" && known) return {Spot::Kind::rule, std::string(last), std::string(middle)};
  return {};
}

class Loader {
 public:
  void add(const CatalogFile& file) {
    const std::string named = file.origin.empty() ? file.path : file.origin;
    const Spot spot = spot_of(file.path);
    if (spot.kind == Spot::Kind::none)
      return complain(
          named, 1,
          "this is no place of the catalog: a resource type is resources/<service>/<type>.yaml, a rule "
          "rules/<cost, health, security or tagging>/<rule>.yaml, the use of a quota "
          "quotas/<service>/<quota>.yaml, in small letters");
    if (spot.kind == Spot::Kind::resource) known_.insert(spot.id);
    if (file.text.size() > kMaxFileBytes) return complain(named, 1, "the file is larger than 512 KiB");
    auto yaml = file.checked ? read_json(file.text) : parse_yaml(file.text);
    if (!yaml) {
      const auto line = yaml.error().notes.find("line");
      return complain(named, line == yaml.error().notes.end() ? 1 : std::stoi(line->second),
                      yaml.error().message);
    }
    if (spot.kind == Spot::Kind::derived) return check_derived(file, *yaml, named);
    if (spot.kind == Spot::Kind::tagging) return keep_tagging(file, *yaml, named);
    if (spot.kind == Spot::Kind::states) return check_states(file, *yaml, named);
    if (!file.checked && !has_form(schema_for(spot.kind), *yaml, named)) return;
    if (spot.kind == Spot::Kind::quota) {
      add_quota(build_quota(spot.category, named, *yaml), file.checked);
    } else if (spot.kind == Spot::Kind::resource) {
      auto type = build_type({.id = spot.id, .file = named, .yaml = *yaml, .check = !file.checked}, faults_);
      if (type) add_type(std::move(*type), *yaml);
    } else {
      add_rule(
          {.id = spot.id, .category = spot.category, .file = named, .yaml = *yaml, .checked = file.checked});
    }
  }

  void add_quota(Quota quota, bool checked) {
    quota.checked = checked;
    unique("quota", quota.service_code + " " + quota.quota_code, quota.source, 1);
    quotas_.push_back(std::move(quota));
  }

  void add_rule(const RuleInput& input) {
    auto rule = build_rule(input, faults_);
    if (!rule) return;
    unique("rule", rule->id, rule->source, input.yaml.line_of(""));
    for (const auto& type : rule->resources) mention(type, input, "/resource");
    for (const auto& type : rule->needs) mention(type, input, "/needs/types");
    rules_.push_back(std::move(*rule));
  }

  // After the files, whose types win.
  Status add_derived(const DerivedRequest& request) {
    HM_TRY(auto derived, derive(*request.rules, request.wanted, taken_by(types_)));
    for (auto& one : derived) {
      Yaml yaml;
      yaml.value = std::move(one.document);
      auto type = build_type({.id = one.id, .file = "derived from " + one.call, .yaml = yaml}, faults_);
      if (!type) continue;
      type->derived = true;
      type->paid = std::move(one.paid);
      known_.insert(one.id);
      add_type(std::move(*type), yaml);
    }
    return ok();
  }

  Result<std::shared_ptr<const Catalog>> finish() {
    for (const auto& mention : mentions_) {
      if (!known_.contains(mention.type)) complain(mention.file, mention.line, no_type(mention));
    }
    check_tagging_file();
    if (!faults_.empty()) return faults_error(std::move(faults_));
    return std::make_shared<const Catalog>(std::move(types_), std::move(rules_), std::move(quotas_));
  }

 private:
  // A resource type that another file speaks of.
  struct Mention {
    std::string file;
    int line;
    std::string type;
    std::string whose;  // "the relation's"
  };

  static const Json& schema_for(Spot::Kind kind) {
    if (kind == Spot::Kind::resource) return resource_schema();
    return kind == Spot::Kind::quota ? quota_schema() : rule_schema();
  }

  static Result<Yaml> read_json(std::string_view text) {
    Yaml yaml;
    HM_TRY(yaml.value, parse_json(text));
    return yaml;
  }

  static std::string no_type(const Mention& mention) {
    return mention.whose + " type '" + mention.type +
           "' is no resource type of the catalog: correct it or add that type";
  }

  void mention(const std::string& type, const RuleInput& input, const char* at) {
    mentions_.push_back({input.file, input.yaml.line_of(at), type, "the rule's"});
  }

  void complain(const std::string& file, int line, std::string text) {
    faults_.push_back({file, line, std::move(text)});
  }

  bool has_form(const Json& schema, const Yaml& yaml, const std::string& file) {
    const auto found = check_schema(schema, yaml.value);
    for (const auto& fault : found) complain(file, yaml.line_of(fault.pointer), fault.text);
    return found.empty();
  }

  // What it says is asked for by derive() alone.
  void check_derived(const CatalogFile& file, const Yaml& yaml, const std::string& named) {
    if (file.checked || !has_form(derived_schema(), yaml, named)) return;
    if (auto known = check_derived_rules(yaml.value); !known) complain(named, 1, known.error().message);
  }

  void check_states(const CatalogFile& file, const Yaml& yaml, const std::string& named) {
    if (file.checked || !has_form(states_schema(), yaml, named)) return;
    if (auto good = check_state_words(yaml.value); !good) complain(named, 1, good.error().message);
  }

  // Checked when all types are known.
  void keep_tagging(const CatalogFile& file, const Yaml& yaml, const std::string& named) {
    if (file.checked || !has_form(tagging_schema(), yaml, named)) return;
    tagging_ = {named, yaml.value};
  }
  void check_tagging_file() {
    if (tagging_.second.is_null()) return;
    const auto known =
        check_tagging(tagging_.second, [&](const std::string& type) { return known_.contains(type); });
    if (!known) complain(tagging_.first, 1, known.error().message);
  }

  void add_type(ResourceType type, const Yaml& yaml) {
    unique("resource type", type.id, type.source, yaml.line_of(""));
    unique("table", type.table, type.source, yaml.line_of("/table"));
    for (const auto& column : type.columns) {
      if (is_own_column(column.name))
        complain(type.source, yaml.line_of("/columns/" + column.name),
                 "the column '" + column.name + "' is one that every table has already: remove it");
    }
    for (size_t i = 0; i < type.relations.size(); ++i) {
      const int line = yaml.line_of("/relations/" + std::to_string(i));
      mentions_.push_back({type.source, line, type.relations[i].type, "the relation's"});
    }
    types_.push_back(std::move(type));
  }

  void unique(const char* what, const std::string& name, const std::string& file, int line) {
    const auto [first, fresh] = names_.insert({std::string(what) + " " + name, file});
    if (!fresh)
      complain(file, line,
               std::string("the ") + what + " '" + name + "' is also that of " + first->second +
                   ": choose another");
  }

  std::vector<ResourceType> types_;
  std::vector<Fault> faults_;
  std::vector<Rule> rules_;
  std::vector<Quota> quotas_;
  std::vector<Mention> mentions_;
  std::set<std::string> known_;
  std::map<std::string, std::string> names_;
  std::pair<std::string, Json> tagging_;  // its file and what stands in it; null: not to be checked
};

}  // namespace

Result<std::shared_ptr<const Catalog>> load_catalog(const std::vector<CatalogFile>& files,
                                                    const DerivedRequest& derived) {
  if (files.size() > kMaxFiles)
    return make_error(ErrorKind::exhausted, "too_many_files",
                      "the catalog has " + std::to_string(files.size()) + " files; " +
                          std::to_string(kMaxFiles) + " is the limit");
  Loader loader;
  for (const auto& file : files) loader.add(file);
  if (!derived.wanted.empty()) HM_DO(loader.add_derived(derived));
  return loader.finish();
}

Result<Rule> load_rule(const std::string& id, const std::string& category, const Json& document,
                       const std::string& named, const Catalog& catalog) {
  std::vector<Fault> faults;
  Yaml yaml;
  yaml.value = document;
  for (const auto& fault : check_schema(rule_schema(), document)) faults.push_back({named, 1, fault.text});
  if (!is_plain(id) || id.size() > kMaxIdBytes)
    faults.push_back({named, 1, "the id is small letters, digits, _ and -, at most 80 of them"});
  if (std::find(std::begin(kRuleCategories), std::end(kRuleCategories), category) ==
      std::end(kRuleCategories))
    faults.push_back({named, 1, "the category is cost, health, security or tagging"});
  if (!faults.empty()) return faults_error(std::move(faults));
  auto rule = build_rule(
      {.id = id, .category = category, .file = named, .yaml = yaml, .checked = false, .cases = false},
      faults);
  if (rule) {
    for (const auto* types : {&rule->resources, &rule->needs}) {
      for (const auto& type : *types) {
        if (catalog.find(type) == nullptr)
          faults.push_back({named, 1, "there is no resource type '" + type + "'"});
      }
    }
  }
  if (!faults.empty()) return faults_error(std::move(faults));
  return std::move(*rule);
}

}  // namespace hm::catalog
