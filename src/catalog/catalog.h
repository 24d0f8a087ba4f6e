// What HostMaster knows about AWS, as plain structs: loaded from catalog/ (compiled into the binary) and from
// the user's own directories. Immutable once loaded, shared by every thread.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/json_path.h"
#include "base/result.h"
#include "catalog/column_type.h"
#include "catalog/quota.h"
#include "catalog/rule.h"

namespace hm::catalog {

// Where a type is listed: once in each region, once an account, or once a partition.
enum class Scope { region, account, partition };

struct Call {
  std::string service;  // the model's names
  std::string operation;
  Json params = JsonObject{};
  std::vector<std::string> permissions;  // the IAM actions that it needs
};

// Keeps the items whose value at `path` is one of `is` (where given) and none of `is_not`.
struct Condition {
  JsonPath path;
  std::vector<Json> is;
  std::vector<Json> is_not;
  bool holds(const Json& document) const;
};

struct Column {
  std::string name;  // of the SQL column: snake_case
  JsonPath path;     // into the resource's document
  ColumnType type = ColumnType::text;
  std::string description;
};

// One more call per item, in the order given. Its answer is stored in the document under `into`. An error in
// `absent` means that there is none (the member is null); any other failure keeps the old value and makes the
// columns that read from `into` unknown for that item.
struct Detail {
  std::string into;
  Call call;  // params may hold "${Path}" and "${account_id}", "${region}", filled from the item
  std::unique_ptr<JsonPath> take;   // the part of the answer that is kept; null: all of it
  std::vector<std::string> keep;    // of that, the members that are kept; empty: all of them
  std::unique_ptr<JsonPath> each;   // one call for each of these ("${each}"); the answers become a list
  std::unique_ptr<Condition> when;  // items for which it is asked; for others the member is null
  std::vector<std::string> absent;  // error codes
  std::chrono::seconds refresh{0};  // 0: with every sweep
};

// "This resource refers to resources of that type": path gives one id or ARN, or a list of them.
struct Relation {
  std::string name;  // "vpc", "target"
  JsonPath path;
  std::string type;      // resource type id: "ec2/vpc"
  std::string contains;  // only targets that hold this text ("igw-"); empty: all
};

// The resources that the listed ones belong to ("the services of each cluster"): the type's own list is asked
// once for each. The parent stands in the item as `into`, and `params` of the list may name it.
struct Parents {
  std::string into;
  Call call;
  JsonPath items;
  std::unique_ptr<Condition> where;  // parents that are asked; its path begins with `into`
};

// For lists that give ids alone: the items are those of this call, made with up to `chunk` ids at once as
// "${each}".
struct Describe {
  Call call;
  JsonPath items;
  size_t chunk = 1;
};

// How much of a list is read at most; 0: as far as the collector's own limits go. What is longer is a failed
// sweep, since what was not read is not known.
struct ListLimits {
  int64_t pages = 0;
  int64_t items = 0;
};

// How one item is asked for by id before it is called gone. `absent` are the codes that say that it is; where
// the call is that of the list, an answer without items says so too.
struct Lookup {
  Call call;
  std::vector<std::string> absent;
};

struct Metric {
  std::string metric_namespace;
  std::string name;
  std::vector<std::pair<std::string, std::string>> dimensions;  // name -> path, or text with "${…}"
  std::vector<std::pair<std::string, std::string>> fixed;       // name -> value, the same for every resource
  // CloudWatch keeps it in parts: the dimension that tells them apart, and the path to its values. The metric
  // is the sum of all of them. Empty name: it is whole.
  std::pair<std::string, JsonPath> parts;
  std::string statistic;
  std::chrono::seconds period{300};  // one of 60, 300, 3600 and 86400
  bool continuous = true;            // false: absent points mean zero events
};

// What EventBridge brings that says "look at this one again", besides the calls of ResourceType::events: what
// a service tells by itself, or a call whose record names the resource by a member of another name than its
// key.
struct EventFact {
  std::string source;       // "aws.ec2"; empty: a call
  std::string detail_type;  // "EC2 Instance State-change Notification"
  std::string call;         // "codepipeline:CreatePipeline"
  // Where its ids or ARNs stand in the event, or in the record of the call. None: it does not say which.
  std::optional<JsonPath> id;
  bool known = false;  // things of several types stand there: only those that the inventory knows count
};

struct ResourceType {
  std::string id;     // the path in catalog/resources: "ec2/volume"
  std::string table;  // "aws_ebs_volume"
  std::string title;  // "EBS volume"
  std::string description;
  Scope scope = Scope::region;
  Call list;
  JsonPath items;
  std::string as;  // the member that holds an item that is a mere text; empty: none is
  ListLimits limits;
  std::vector<std::string> list_absent;  // error codes of the list and of its parents that mean: none
  std::unique_ptr<Parents> parents;      // null: the list is asked once
  std::unique_ptr<Describe> describe;    // null: the list gives the items themselves
  std::unique_ptr<Condition> where;
  std::unique_ptr<Lookup> lookup;  // null: gone when missing from two ok sweeps
  JsonPath key;                    // unique within account, region and type
  std::string key_template;        // where no one member is unique: "${Zone.Id}/${Name}"; empty: `key` says
  std::string name_template;       // likewise of a name: "EC2 settings of ${region}"; empty: `name` says
  std::string arn;  // template: "arn:${partition}:ec2:${region}:${account_id}:volume/${VolumeId}" or "${Arn}"
  std::unique_ptr<JsonPath> name;  // null: the tag "Name"
  std::unique_ptr<JsonPath> tags;  // a list of {Key, Value} or a map
  std::unique_ptr<JsonPath> created_at;
  std::unique_ptr<JsonPath> state;
  std::unique_ptr<JsonPath> region;  // of an item that lives elsewhere than where it was listed (buckets)
  std::vector<std::pair<std::string, std::string>>
      region_names;  // what that path gives -> the region it means
  std::vector<Column> columns;
  std::vector<Detail> details;
  std::vector<Relation> relations;
  std::vector<Metric> metrics;
  std::vector<JsonPath> volatile_paths;  // stored, not hashed: a change of these alone is no new version
  std::vector<JsonPath> set_paths;       // lists whose order means nothing
  // Never stored: replaced by keyed hash, length and a detector's verdict. Holds what the file names and what
  // the models call sensitive.
  std::vector<JsonPath> sensitive_paths;
  std::chrono::seconds refresh{300};
  std::vector<std::string> events;       // "ec2:AttachVolume": calls that change it, as CloudTrail names them
  std::vector<EventFact> event_facts;    // the other events that tell of it
  std::vector<std::string> permissions;  // IAM actions: the union of what is called, sorted
  std::string source;                    // the file, for messages
  bool derived = false;                  // from AWS's models alone (derive.h), not from a file
  std::string paid;                      // of a derived type: what its calls cost; empty: nothing that counts
};

class Catalog {
 public:
  explicit Catalog(std::vector<ResourceType> resources, std::vector<Rule> rules = {},
                   std::vector<Quota> quotas = {});
  const std::vector<ResourceType>& resources() const { return resources_; }  // by id
  const ResourceType* find(std::string_view id) const;
  const ResourceType* find_table(std::string_view table) const;
  // The ids of the types whose tags are read; of the others it is not known what tags they bear.
  std::vector<std::string> types_with_tags() const;
  const std::vector<Rule>& rules() const { return rules_; }  // by id
  const Rule* find_rule(std::string_view id) const;
  const std::vector<Quota>& quotas() const { return quotas_; }  // by service and code
  // What to tell who named a type or table that there is not: "; did you mean 'ec2/volume'?", or where all
  // stand.
  std::string remedy(std::string_view name) const;

 private:
  std::vector<ResourceType> resources_;
  std::vector<Rule> rules_;
  std::vector<Quota> quotas_;
};

struct DerivedRules;
// The services whose other lists become types by themselves, as derive() takes them (derive.h); empty: none.
struct DerivedRequest {
  const DerivedRules* rules = nullptr;
  std::vector<std::string> wanted{};
};

struct CatalogFile {
  std::string
      path;  // "resources/ec2/volume.yaml", "rules/cost/ebs_volume_unattached.yaml": the id comes from it
  std::string text;      // YAML, or the JSON that the build made of it
  std::string origin;    // as it is named in messages; empty: path
  bool checked = false;  // by the build: neither the schema nor the models are asked again
};

// Checks every file against its JSON Schema and against the AWS models: operations, parameters, paths and
// types must exist. The SQL of rules is not run here (rules/check.h does). On failure the message lists every
// fault, each with file and line.
Result<std::shared_ptr<const Catalog>> load_catalog(const std::vector<CatalogFile>& files,
                                                    const DerivedRequest& derived = {});
// One rule that was not read from a file, such as one written in the SQL console; it needs neither cases nor
// a fix. `document` is what the file would say. The faults name `named`.
Result<Rule> load_rule(const std::string& id, const std::string& category, const Json& document,
                       const std::string& named, const Catalog& catalog);
// The catalog in the binary, compiled and checked when it was built.
std::vector<CatalogFile> embedded_files();
// Every .yaml below a directory laid out like catalog/.
Result<std::vector<CatalogFile>> files_in(const std::string& directory);
// What to ask load_with() for to have everything that can be derived, also what costs money to list.
std::vector<std::string> all_derived();
// The services of the derived types among these ids, so that what was scanned once is known again without
// being asked for.
std::vector<std::string> derived_services_of(const std::vector<std::string>& type_ids);
// The embedded catalog, those of the user's directories, and what is derived for these services.
Result<std::shared_ptr<const Catalog>> load_with(const std::vector<std::string>& directories,
                                                 const std::vector<std::string>& derived = {});

}  // namespace hm::catalog
