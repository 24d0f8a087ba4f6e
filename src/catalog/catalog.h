// What HostMaster knows about AWS, as plain structs: loaded from catalog/ (compiled into the binary) and from
// the user's own directories. Immutable once loaded, shared by every thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/json_path.h"
#include "base/result.h"

namespace hm::catalog {

// Where a type is listed: once in each region, once an account, or once a partition.
enum class Scope { region, account, partition };

enum class ColumnType { text, integer, real, boolean, time, json };
std::string_view to_string(ColumnType type);

struct Call {
  std::string service;  // the model's names
  std::string operation;
  Json params = JsonObject{};
};

struct Column {
  std::string name;  // of the SQL column: snake_case
  JsonPath path;     // into the resource's document
  ColumnType type = ColumnType::text;
  std::string description;
};

// One more call per item. Its answer is stored in the document under `into`. An error in `absent` means that
// there is none (the member is null); any other failure keeps the old value and makes the columns that read
// from `into` unknown for that item.
struct Detail {
  std::string into;
  Call call;  // params may hold "${Path}" and "${account_id}", "${region}", filled from the item
  std::unique_ptr<JsonPath> take;   // the part of the answer that is kept; null: all of it
  std::vector<std::string> absent;  // error codes
  std::chrono::seconds refresh{0};  // 0: with every sweep
};

// "This resource refers to resources of that type": path gives one id or ARN, or a list of them.
struct Relation {
  std::string name;  // "vpc", "target"
  JsonPath path;
  std::string type;  // resource type id: "ec2/vpc"
};

struct Metric {
  std::string metric_namespace;
  std::string name;
  std::vector<std::pair<std::string, std::string>> dimensions;  // name -> path
  std::string statistic;
  bool continuous = true;  // false: absent points mean zero events
};

struct ResourceType {
  std::string id;     // the path in catalog/resources: "ec2/volume"
  std::string table;  // "aws_ebs_volume"
  std::string title;  // "EBS volume"
  Scope scope = Scope::region;
  Call list;
  JsonPath items;
  JsonPath key;     // unique within account, region and type
  std::string arn;  // template: "arn:${partition}:ec2:${region}:${account_id}:volume/${VolumeId}" or "${Arn}"
  std::unique_ptr<JsonPath> name;
  std::unique_ptr<JsonPath> tags;  // a list of {Key, Value} or a map
  std::unique_ptr<JsonPath> created_at;
  std::unique_ptr<JsonPath> state;
  std::unique_ptr<JsonPath> region;  // of an item that lives elsewhere than where it was listed (buckets)
  std::vector<Column> columns;
  std::vector<Detail> details;
  std::vector<Relation> relations;
  std::vector<Metric> metrics;
  std::vector<JsonPath> volatile_paths;  // stored, not hashed: a change of these alone is no new version
  std::vector<JsonPath> set_paths;       // lists whose order means nothing
  std::vector<JsonPath>
      sensitive_paths;  // never stored: replaced by keyed hash, length and detector's verdict
  std::chrono::seconds refresh{300};
  std::vector<std::string> events;       // "ec2:AttachVolume": names of CloudTrail or EventBridge events
  std::vector<std::string> permissions;  // IAM actions; the union of what list and details call
  std::string source;                    // the file, for messages
};

class Catalog {
 public:
  explicit Catalog(std::vector<ResourceType> resources);
  const std::vector<ResourceType>& resources() const { return resources_; }  // by id
  const ResourceType* find(std::string_view id) const;
  const ResourceType* find_table(std::string_view table) const;

 private:
  std::vector<ResourceType> resources_;
};

struct CatalogFile {
  std::string path;  // "resources/ec2/volume.yaml"
  std::string text;
};

// Checks every file against its JSON Schema and against the AWS models: operations, parameters, paths and
// types must exist. On failure the message lists every fault, each with file and line.
Result<std::shared_ptr<const Catalog>> load_catalog(const std::vector<CatalogFile>& files);
// The catalog in the binary.
std::vector<CatalogFile> embedded_files();
// Every .yaml below a directory laid out like catalog/.
Result<std::vector<CatalogFile>> files_in(const std::string& directory);

}  // namespace hm::catalog
