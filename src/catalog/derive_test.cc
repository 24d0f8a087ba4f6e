#include "catalog/derive.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "aws/priced_meter.h"
#include "base/yaml.h"
#include "catalog/catalog.h"
#include "catalog/compiled.h"
#include "catalog/schema_check.h"
#include "catalog/yaml_text.h"

namespace hm::catalog {
namespace {

std::shared_ptr<const Catalog> with(const std::vector<std::string>& derived) {
  auto loaded = load_with({}, derived);
  EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().message);
  return loaded ? *loaded : nullptr;
}

// Made once: every test looks at it.
const Catalog& everything() {
  static const auto all = with(all_derived());
  return *all;
}

const Column* column(const ResourceType& type, std::string_view name) {
  const auto found = std::find_if(type.columns.begin(), type.columns.end(),
                                  [&](const Column& one) { return one.name == name; });
  return found == type.columns.end() ? nullptr : &*found;
}

std::set<std::string> hidden(std::string_view id) {
  std::set<std::string> paths;
  const auto* type = everything().find(id);
  EXPECT_NE(type, nullptr) << id;
  if (type == nullptr) return paths;
  for (const auto& path : type->sensitive_paths) paths.insert(path.text());
  return paths;
}

std::string call_of(const ResourceType& type) { return type.list.service + ":" + type.list.operation; }

TEST(Derive, MakesATypeOfAList) {
  const auto* type = everything().find("sagemaker/training_job");
  ASSERT_NE(type, nullptr);
  EXPECT_TRUE(type->derived);
  EXPECT_EQ(type->table, "aws_sagemaker_training_job");
  EXPECT_EQ(type->title, "SageMaker training job");
  EXPECT_EQ(type->scope, Scope::region);
  EXPECT_EQ(call_of(*type), "sagemaker:ListTrainingJobs");
  EXPECT_EQ(type->items.text(), "TrainingJobSummaries[]");
  EXPECT_EQ(type->key.text(), "TrainingJobArn") << "the model says that every job has one";
  EXPECT_EQ(type->arn, "${TrainingJobArn}");
  EXPECT_EQ(type->name->text(), "TrainingJobName");
  EXPECT_EQ(type->state->text(), "TrainingJobStatus");
  EXPECT_EQ(type->created_at->text(), "CreationTime");
  EXPECT_EQ(type->permissions, std::vector<std::string>{"sagemaker:ListTrainingJobs"});
  EXPECT_EQ(type->refresh, std::chrono::hours(24));
  EXPECT_EQ(type->limits.pages, 200);
  ASSERT_NE(column(*type, "creation_time"), nullptr);
  EXPECT_EQ(column(*type, "creation_time")->type, ColumnType::time);
  EXPECT_EQ(column(*type, "training_job_status")->type, ColumnType::text);
  EXPECT_EQ(column(*type, "warm_pool_status")->type, ColumnType::json);
}

// Glue's triggers have an Id that AWS reserves for future use, and their names.
TEST(Derive, HasASpareForAKeyThatMayBeMissing) {
  const auto* type = everything().find("glue/trigger");
  ASSERT_NE(type, nullptr);
  EXPECT_EQ(type->key_template, "${Id || Name}");
  EXPECT_EQ(type->name->text(), "Name");
}

// The models mark few secrets, so of types that nobody has looked at their names decide.
TEST(Derive, HidesWhatMayHoldASecret) {
  for (const auto& [id, path] : std::vector<std::pair<std::string, std::string>>{
           {"directconnect/virtual_interface", "authKey"},
           {"directconnect/virtual_interface", "customerRouterConfig"},
           {"directconnect/virtual_interface", "bgpPeers[].authKey"},
           {"glue/session", "DefaultArguments"},
           {"glue/trigger", "Actions[].Arguments"},
           {"odb/autonomous_database", "connectionStringDetails"}}) {
    EXPECT_TRUE(hidden(id).contains(path)) << id << " " << path;
  }
}

TEST(Derive, NeverHidesWhatNamesTheResource) {
  for (const auto& type : everything().resources()) {
    if (!type.derived) continue;
    for (const auto& path : type.sensitive_paths) {
      EXPECT_NE(path.text(), type.key.text()) << type.id;
      EXPECT_EQ(type.key_template.find("${" + path.text() + "}"), std::string::npos) << type.id;
    }
  }
}

TEST(Derive, MakesATypeOfAListOfNames) {
  const auto* type = everything().find("codebuild/build");
  ASSERT_NE(type, nullptr);
  EXPECT_EQ(type->items.text(), "ids[]");
  EXPECT_EQ(type->as, "id");
  EXPECT_EQ(type->key.text(), "id");
}

TEST(Derive, FindsListsInsideAnAnswersStructure) {
  const auto* type = everything().find("cloudfront/vpc_origin");
  ASSERT_NE(type, nullptr);
  EXPECT_EQ(type->items.text(), "VpcOriginList.Items[]");
  EXPECT_EQ(type->scope, Scope::account) << "CloudFront has one endpoint for all regions";
}

// Each region has an endpoint of its own, and answers for all of them: each thing would be there once a
// region.
TEST(Derive, ListsOnceAnAccountWhatEveryRegionAnswersAlike) {
  for (const auto* call :
       {"directconnect:DescribeDirectConnectGateways",
        "directconnect:DescribeDirectConnectGatewayAssociations", "resource-explorer-2:ListIndexes"}) {
    const auto& types = everything().resources();
    const auto found =
        std::find_if(types.begin(), types.end(), [&](const auto& type) { return call_of(type) == call; });
    ASSERT_NE(found, types.end()) << call;
    EXPECT_EQ(found->scope, Scope::account) << call;
  }
  EXPECT_EQ(everything().find("directconnect/virtual_interface")->scope, Scope::region);
}

TEST(Derive, LeavesCuratedTypesAlone) {
  const auto curated = with({});
  for (const auto& type : curated->resources()) {
    const auto* same = everything().find(type.id);
    ASSERT_NE(same, nullptr) << type.id;
    EXPECT_FALSE(same->derived) << type.id;
  }
  for (const auto& type : everything().resources()) {
    if (!type.derived) continue;
    for (const auto& own : curated->resources())
      EXPECT_FALSE(call_of(own) == call_of(type) && !own.parents) << type.id;
  }
}

TEST(Derive, CoversAws) {
  const auto& types = everything().resources();
  EXPECT_GE(types.size(), 1200U);
  for (const auto& type : types) {
    if (!type.derived) continue;
    EXPECT_FALSE(type.columns.empty()) << type.id;
    EXPECT_EQ(type.permissions.size(), 1U) << type.id;
    EXPECT_LE(type.table.size(), 90U) << type.id;
  }
}

TEST(Derive, MakesNothingUnasked) {
  const auto curated = with({});
  EXPECT_EQ(std::count_if(curated->resources().begin(), curated->resources().end(),
                          [](const auto& type) { return type.derived; }),
            0);
  const auto some = with({"sagemaker"});
  for (const auto& type : some->resources()) {
    if (type.derived) {
      EXPECT_EQ(type.list.service, "sagemaker");
    }
  }
  EXPECT_GT(some->resources().size(), curated->resources().size() + 50);
}

TEST(Derive, TakesSingleLists) {
  const auto some = with({"sagemaker:ListTrainingJobs"});
  EXPECT_EQ(some->resources().size(), with({})->resources().size() + 1);
  ASSERT_NE(some->find("sagemaker/training_job"), nullptr);
}

TEST(Derive, AsksForPaidListsOnlyByName) {
  const auto all = with({"all"});
  EXPECT_EQ(all->find_table("aws_ce_cost_category_definition"), nullptr);
  const auto named = with({"ce:ListCostCategoryDefinitions"});
  const auto* type = named->find_table("aws_ce_cost_category_definition");
  ASSERT_NE(type, nullptr);
  EXPECT_NE(type->paid.find("$0.01"), std::string::npos);
  // The table of prices says the same of every other list: not a thousandth of a dollar.
  const auto little = Money::of(1, 3);
  for (const auto& one : everything().resources()) {
    const Money price = aws::price_of(one.list.service, one.list.operation, one.list.params);
    if (one.derived) {
      EXPECT_EQ(price >= little, !one.paid.empty()) << call_of(one);
    }
  }
}

// What was scanned once is known again; a type of one's own that is no more must not take that away.
TEST(Derive, TellsWhatThereIsToDeriveOf) {
  const auto scanned = derived_services_of({"glue/trigger", "sts/own_type", "ce/cost_category_definition"});
  EXPECT_TRUE(std::count(scanned.begin(), scanned.end(), "sts")) << "some type of it was scanned";
  EXPECT_FALSE(load_with({}, scanned)) << "and it has nothing to derive";
  const auto derived = derivable(*with({}), scanned);
  EXPECT_FALSE(std::count(derived.begin(), derived.end(), "sts"));
  const auto known = with(derived);
  ASSERT_NE(known, nullptr);
  EXPECT_NE(known->find("glue/trigger"), nullptr);
  EXPECT_NE(known->find("ce/cost_category_definition"), nullptr) << "what costs money was asked for by name";
}

TEST(Derive, SaysWhyThereIsNothing) {
  const auto fault = [](const std::string& wanted) {
    auto loaded = load_with({}, {wanted});
    return loaded ? std::string() : loaded.error().message;
  };
  EXPECT_NE(fault("gleu").find("AWS has no service 'gleu'"), std::string::npos);
  EXPECT_NE(fault("glue:ListTrigers").find("there is ListTriggers"), std::string::npos)
      << fault("glue:ListTrigers");
  EXPECT_NE(fault("rds:DescribeDBEngineVersions").find("AWS offers it to everybody"), std::string::npos);
  EXPECT_NE(fault("sdb").find("signed in a way"), std::string::npos);
}

// What is off must be told apart from what there is none of.
TEST(Unasked, IsWhatCouldBeAskedForAndIsNot) {
  const auto tables = [](const Catalog& catalog) {
    std::map<std::string, size_t> counts;
    for (const auto& one : unasked(catalog)) counts[one.service] = one.tables.size();
    return counts;
  };
  const auto nothing = tables(*with({}));
  const auto glue = tables(*with({"glue"}));
  ASSERT_TRUE(nothing.contains("glue"));
  EXPECT_FALSE(glue.contains("glue"));
  EXPECT_EQ(nothing.size(), glue.size() + 1);
  EXPECT_TRUE(tables(everything()).empty());
  EXPECT_EQ(tables(*with({"all"})), (std::map<std::string, size_t>{{"ce", 4}}))
      << "what costs money stays off";
}

// An entry that no longer keeps anything out misleads who reads the file.
TEST(DerivedRules, KeepOutOnlyWhatWouldBeAType) {
  const auto& rules = embedded_derived_rules();
  for (const auto& [call, why] : rules.exclude) {
    const auto colon = call.find(':');
    const auto service = aws::find_service(call.substr(0, colon));
    ASSERT_TRUE(service) << call;
    const auto list = derived_list(*service, *service->find(call.substr(colon + 1)));
    ASSERT_TRUE(list) << call << " is no list of the models: remove it";
    EXPECT_TRUE(!list->key.empty() || !rules.call(call).key.empty()) << call << " has no key: remove it";
  }
  for (const auto& [call, said] : rules.calls) {
    const auto& types = everything().resources();
    EXPECT_TRUE(
        std::any_of(types.begin(), types.end(),
                    [&, name = call](const auto& type) { return type.derived && call_of(type) == name; }))
        << call << " is no derived type: remove it";
  }
}

TEST(DerivedRules, PutTypesWhereTheCuratedOnesAre) {
  const auto& rules = embedded_derived_rules();
  const auto curated = with({});
  std::map<std::string, std::set<std::string>> folders;
  for (const auto& type : curated->resources())
    folders[type.list.service].insert(type.id.substr(0, type.id.find('/')));
  for (const auto& type : everything().resources()) {
    if (!type.derived || !folders.contains(type.list.service)) continue;
    EXPECT_TRUE(folders[type.list.service].contains(type.id.substr(0, type.id.find('/'))))
        << type.id << " of " << type.list.service;
  }
  EXPECT_EQ(rules.service("stepfunctions").folder, "sfn");
}

TEST(Draft, IsAFileThatTheCatalogTakes) {
  size_t at = 0;
  for (const auto& type : everything().resources()) {
    if (!type.derived || at++ % 40 != 0) continue;
    const auto draft = draft_type(embedded_derived_rules(), type.list.service, type.list.operation);
    ASSERT_TRUE(draft) << call_of(type);
    const std::string text = yaml_text(draft->document);
    const auto yaml = parse_yaml(text);
    ASSERT_TRUE(yaml) << text;
    EXPECT_EQ(yaml->value, draft->document) << text;
    CatalogFile file{.path = "resources/" + draft->id + ".yaml", .text = text, .origin = {}};
    auto loaded = load_catalog({file});
    EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().message);
  }
}

TEST(Draft, NamesWhatAListNeeds) {
  const auto draft = draft_type(embedded_derived_rules(), "ecs", "ListAttributes");
  ASSERT_TRUE(draft);
  ASSERT_FALSE(draft->notes.empty());
  EXPECT_NE(draft->notes.front().find("targetType"), std::string::npos);
  CatalogFile file{.path = "resources/ecs/attribute.yaml", .text = yaml_text(draft->document), .origin = {}};
  auto loaded = load_catalog({file});
  EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().message) << file.text;
  EXPECT_FALSE(draft_type(embedded_derived_rules(), "ecs", "DescribeNothing"));
}

}  // namespace
}  // namespace hm::catalog
