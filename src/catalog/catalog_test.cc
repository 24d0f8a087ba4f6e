#include "catalog/catalog.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace hm::catalog {
namespace {

constexpr const char* kQueue = R"(title: SQS queue
table: aws_sqs_queue
scope: region
list:
  call: ec2:DescribeVolumes
  items: Volumes[]
key: VolumeId
arn: "arn:${partition}:ec2:${region}:${account_id}:volume/${VolumeId}"
columns:
  volume_id: {path: VolumeId, description: The id of it.}
  size: {path: Size, description: Its size in GiB.}
  create_time: {path: CreateTime, description: When it was made.}
  attached: {path: "Attachments[].InstanceId", description: Who has it.}
)";

Result<std::shared_ptr<const Catalog>> load_one(std::string text,
                                                std::string path = "resources/test/one.yaml") {
  return load_catalog({{.path = std::move(path), .text = std::move(text), .origin = "", .checked = false}});
}

std::string with(std::string_view from, std::string_view to) {
  std::string text = kQueue;
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string faults_of(std::string text) {
  auto loaded = load_one(std::move(text));
  return loaded ? std::string() : loaded.error().message;
}

TEST(Catalog, TakesColumnTypesFromTheModel) {
  auto loaded = load_one(kQueue);
  ASSERT_TRUE(loaded) << loaded.error().text();
  const auto& type = *(*loaded)->find("test/one");
  ASSERT_EQ(type.columns.size(), 4u);
  EXPECT_EQ(type.columns[0].type, ColumnType::text);
  EXPECT_EQ(type.columns[1].type, ColumnType::integer);
  EXPECT_EQ(type.columns[2].type, ColumnType::time);
  EXPECT_EQ(type.columns[3].type, ColumnType::json);
  EXPECT_EQ(type.permissions, std::vector<std::string>{"ec2:DescribeVolumes"});
  EXPECT_EQ(type.refresh, std::chrono::minutes(5));
}

struct BadFile {
  const char* what;
  std::string text;
  const char* says;
};

class BadFiles : public testing::TestWithParam<BadFile> {};

TEST_P(BadFiles, AreRefusedWithFileAndLine) {
  const std::string said = faults_of(GetParam().text);
  EXPECT_NE(said.find(GetParam().says), std::string::npos) << said;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadFiles,
    testing::Values(
        BadFile{"unknown key", with("scope: region", "scope: region\nscoop: 1"),
                "resources/test/one.yaml:4: unknown key 'scoop'"},
        BadFile{"missing key", with("key: VolumeId\n", ""), "the key 'key' is missing"},
        BadFile{"bad scope", with("scope: region", "scope: galaxy"), "one.yaml:3: 'scope' is none"},
        BadFile{"service", with("ec2:DescribeVolumes", "ec3:DescribeVolumes"),
                "one.yaml:5: AWS has no service 'ec3'"},
        BadFile{"operation", with("DescribeVolumes", "DescribeVolumess"),
                "one.yaml:5: there is no operation 'DescribeVolumess' in ec2; there is DescribeVolumes"},
        BadFile{"items", with("Volumes[]\n", "Volume[]\n"), "one.yaml:6: 'Volume[]': there is no 'Volume'"},
        BadFile{"items without brackets", with("Volumes[]\n", "Volumes\n"), "write '[]' at its end"},
        BadFile{"parameter", with("  items:", "  params: {VolumeIdz: [a]}\n  items:"),
                "one.yaml:6: there is no parameter 'VolumeIdz'"},
        BadFile{"parameter type", with("  items:", "  params: {VolumeIds: a}\n  items:"),
                "a text is given where the operation takes none"},
        BadFile{"number for a list", with("  items:", "  params: {VolumeIds: 3}\n  items:"),
                "one.yaml:6: the value is of the wrong type"},
        BadFile{"number for a truth", with("  items:", "  params: {DryRun: 1}\n  items:"),
                "one.yaml:6: the value is of the wrong type"},
        BadFile{"keep of what there is not",
                std::string(kQueue) + "details:\n  - {into: T, call: \"ec2:DescribeTags\", keep: [Tag]}\n",
                "one.yaml:15: 'Tag': there is no 'Tag'"},
        BadFile{"column of what is not kept",
                with("path: Size,", "path: T.NextToken,") +
                    "details:\n  - {into: T, call: \"ec2:DescribeTags\", keep: [Tags]}\n",
                "one.yaml:11: 'T.NextToken': 'NextToken' is not among what 'T' keeps"},
        BadFile{"key path", with("key: VolumeId", "key: VolumeIdd"), "one.yaml:7: 'VolumeIdd'"},
        BadFile{"arn path", with("volume/${VolumeId}", "volume/${Volume}"), "one.yaml:8: 'Volume'"},
        BadFile{"column path", with("path: Size", "path: Sizes"), "one.yaml:11: 'Sizes'"},
        BadFile{"column type", with("path: VolumeId, desc", "path: VolumeId, type: fish, desc"),
                "one.yaml:10: 'type' is none"},
        BadFile{"column type against the model",
                with("path: CreateTime,", "path: CreateTime, type: boolean,"),
                "one.yaml:12: the column 'create_time' cannot be of type boolean: AWS gives time"},
        BadFile{"column name", with("  size:", "  Size:"),
                "one.yaml:11: the column 'Size' must be snake_case"},
        BadFile{"own column", with("  size:", "  region:"),
                "one.yaml:11: the column 'region' is one that every"},
        BadFile{"column twice", with("  size:", "  volume_id:"),
                "line 11: the key 'volume_id' is given twice"},
        BadFile{"relation type",
                std::string(kQueue) + "relations:\n  - {name: x, path: VolumeId, type: a/b}\n",
                "one.yaml:15: the relation's type 'a/b' is no resource type"},
        BadFile{"refresh", std::string(kQueue) + "refresh: 5\n", "one.yaml:14: 'refresh'"},
        BadFile{"short refresh", std::string(kQueue) + "refresh: 5s\n",
                "one.yaml:14: refresh is at least 1m"},
        BadFile{"detail",
                std::string(kQueue) + "details:\n  - into: T\n    call: ec2:DescribeTags\n    take: Tag\n",
                "one.yaml:17: 'Tag': there is no 'Tag'"},
        BadFile{"a list's denial called none",
                with("  items: Volumes[]\n", "  items: Volumes[]\n  absent: [NoSuchVolume, AccessDenied]\n"),
                "one.yaml:7: 'AccessDenied' says that it may not be asked, not that there is none"},
        BadFile{"a detail's denial called none",
                std::string(kQueue) +
                    "details:\n  - {into: T, call: \"ec2:DescribeTags\", absent: [UnauthorizedOperation]}\n",
                "one.yaml:15: 'UnauthorizedOperation' says that it may not be asked"},
        BadFile{"a lookup's denial called none",
                std::string(kQueue) +
                    "lookup:\n  params: {VolumeIds: [\"${key}\"]}\n  absent: [AccessDeniedException]\n",
                "one.yaml:16: 'AccessDeniedException' says that it may not be asked"},
        BadFile{"not YAML", "title: [", "one.yaml:1: line 1"}));

TEST(Catalog, ANameThatIsNearlyRightIsMended) {
  const auto catalog = load_with({}).value();
  EXPECT_EQ(catalog->remedy("s3/bukket"), "; did you mean 's3/bucket'?");
  EXPECT_EQ(catalog->remedy("volume"), "; did you mean 'ec2/volume'?");
  EXPECT_EQ(catalog->remedy("aws_ebs_volumes"), "; did you mean 'aws_ebs_volume'?");
  EXPECT_EQ(catalog->remedy("spaceship"), "; `hostmaster catalog list` lists them");
  EXPECT_EQ(catalog->remedy(""), "; `hostmaster catalog list` lists them");
}

constexpr const char* kService = R"(title: Service
table: aws_s
scope: region
list:
  parents: {into: Cluster, call: "ecs:ListClusters", items: "clusterArns[]"}
  call: ecs:ListServices
  params: {cluster: "${Cluster}"}
  items: serviceArns[]
  absent: [ClusterNotFoundException]
  describe: {call: "ecs:DescribeServices", params: {cluster: "${Cluster}", services: "${each}"}, items: "services[]", chunk: 10}
key: serviceArn
arn: ${serviceArn}
columns:
  name: {path: serviceName, description: The name of it.}
  cluster: {path: Cluster, description: Where it runs.}
sensitive: ["deployments[].serviceConnectConfiguration.logConfiguration.options"]
)";

std::string service_with(std::string_view from, std::string_view to) {
  std::string text = kService;
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Catalog, AListMayBeAskedForEachParentAndDescribedInChunks) {
  auto loaded = load_one(kService);
  ASSERT_TRUE(loaded) << loaded.error().text();
  const auto& type = *(*loaded)->find("test/one");
  ASSERT_NE(type.parents, nullptr);
  EXPECT_EQ(type.parents->into, "Cluster");
  ASSERT_NE(type.describe, nullptr);
  EXPECT_EQ(type.describe->chunk, 10u);
  EXPECT_EQ(type.list_absent, std::vector<std::string>{"ClusterNotFoundException"});
  EXPECT_EQ(type.columns[1].type, ColumnType::text);
  const std::vector<std::string> all = {"ecs:DescribeServices", "ecs:ListClusters", "ecs:ListServices"};
  EXPECT_EQ(type.permissions, all);
}

TEST(Catalog, WhatAParentOrADescriptionNamesMustExist) {
  const auto says = [](std::string_view from, std::string_view to, const char* what) {
    const auto said = faults_of(service_with(from, to));
    EXPECT_NE(said.find(what), std::string::npos) << said;
  };
  says("cluster: \"${Cluster}\"}\n", "cluster: \"${Clutter}\"}\n",
       "the item has no such member; it has Cluster");
  says("clusterArns[]", "clusters[]", "one.yaml:5: 'clusters[]'");
  says("services[]", "servants[]", "one.yaml:10: 'servants[]'");
  says("path: Cluster,", "path: Cluster.Name,", "which has no members");
  says("key: serviceArn", "key: \"${Cluster}/${serviceArm}\"", "one.yaml:11: 'serviceArm'");
  says(
      "  describe: {call: \"ecs:DescribeServices\", params: {cluster: \"${Cluster}\", services: "
      "\"${each}\"}, "
      "items: \"services[]\", chunk: 10}\n",
      "", "name the text with 'as'");
}

TEST(Catalog, MereNamesAreItemsUnderTheNameOfAs) {
  auto loaded = load_one(R"(title: Queue
table: aws_q
scope: region
list: {call: "sqs:ListQueues", items: "QueueUrls[]", as: QueueUrl}
key: QueueUrl
arn: "${Attributes.QueueArn}"
details:
  - {into: Attributes, call: "sqs:GetQueueAttributes", params: {QueueUrl: "${QueueUrl}"}, take: Attributes}
columns:
  queue_url: {path: QueueUrl, description: Where it is.}
)");
  ASSERT_TRUE(loaded) << loaded.error().text();
  EXPECT_EQ((*loaded)->find("test/one")->as, "QueueUrl");
}

TEST(Catalog, NamesAllFaultsOfAllFilesAtOnce) {
  auto loaded =
      load_catalog({{"resources/a/one.yaml", with("path: Size", "path: Sizes"), "dir/one.yaml", false},
                    {"resources/b/two.yaml", with("key: VolumeId", "key: Wrong"), "dir/two.yaml", false},
                    {"notes/x.yaml", "a: 1", "dir/x.yaml", false}});
  ASSERT_FALSE(loaded);
  const std::string& said = loaded.error().message;
  EXPECT_NE(said.find("dir/one.yaml:11:"), std::string::npos) << said;
  EXPECT_NE(said.find("dir/two.yaml:7:"), std::string::npos) << said;
  EXPECT_NE(said.find("dir/x.yaml:1: this is no place of the catalog"), std::string::npos) << said;
}

TEST(Catalog, TableNamesAreUnique) {
  auto loaded = load_catalog(
      {{"resources/a/one.yaml", kQueue, "", false}, {"resources/a/two.yaml", kQueue, "", false}});
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().message.find(
                "two.yaml:2: the table 'aws_sqs_queue' is also that of resources/a/one.yaml"),
            std::string::npos)
      << loaded.error().message;
}

TEST(Catalog, ASensitiveNameMustBeDecidedUpon) {
  const std::string bucket = R"(title: Bucket
table: aws_b
scope: account
list: {call: "s3:ListBuckets", items: "Buckets[]"}
key: Name
arn: ${Name}
details:
  - {into: E, call: "s3:GetBucketEncryption", params: {Bucket: "${Name}"}, take: ServerSideEncryptionConfiguration}
columns:
  name: {path: Name, description: The name of it.}
relations:
  - {name: key, path: "E.Rules[].ApplyServerSideEncryptionByDefault.KMSMasterKeyID", type: test/one}
)";
  EXPECT_NE(faults_of(bucket).find("is sensitive in AWS's model"), std::string::npos) << faults_of(bucket);
  const auto open = [&](const std::string& why) {
    return bucket +
           "not_sensitive: {\"E.Rules[].ApplyServerSideEncryptionByDefault.KMSMasterKeyID\": " + why + "}\n";
  };
  EXPECT_EQ(faults_of(open("The id of the key.")), "");
  EXPECT_NE(faults_of(open("no")), "") << "a reason must be given";
}

std::vector<std::string> sensitive_of(const std::string& text) {
  auto loaded = load_one(text);
  EXPECT_TRUE(loaded) << loaded.error().text();
  std::vector<std::string> paths;
  if (!loaded) return paths;
  for (const auto& path : (*loaded)->find("test/one")->sensitive_paths) paths.push_back(path.text());
  return paths;
}

bool has(const std::vector<std::string>& paths, const std::string& path) {
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

TEST(Catalog, WhatIsTakenOfAnAnswerMayItselfBeSensitive) {
  const std::string vault = R"(title: Vault
table: aws_v
scope: region
list: {call: "backup:ListBackupVaults", items: "BackupVaultList[]"}
key: BackupVaultName
arn: ${BackupVaultArn}
details:
  - {into: Labels, call: "backup:ListTags", params: {ResourceArn: "${BackupVaultArn}"}, take: Tags}
columns:
  name: {path: BackupVaultName, description: The name of it.}
)";
  EXPECT_TRUE(has(sensitive_of(vault), "Labels"));
}

TEST(Catalog, AShapeThatHoldsItselfIsHiddenWhereItDoesIfItHoldsSecrets) {
  const std::string system = R"(title: File system
table: aws_f
scope: region
list: {call: "fsx:DescribeFileSystems", items: "FileSystems[]"}
key: FileSystemId
arn: ${ResourceARN}
columns:
  id: {path: FileSystemId, description: The id of it.}
sensitive:
  - "AdministrativeActions[].TargetVolumeValues.OpenZFSConfiguration.NfsExports[].ClientConfigurations[].Options"
  - WindowsConfiguration.SelfManagedActiveDirectoryConfiguration.DomainJoinServiceAccountSecret
)";
  const auto paths = sensitive_of(system);
  EXPECT_TRUE(has(paths, "OntapConfiguration.FsxAdminPassword"));
  EXPECT_TRUE(has(paths, "AdministrativeActions[].TargetFileSystemValues"));
}

TEST(Catalog, OneCallForEachOfWhichAListIsTakenMakesListsOfLists) {
  const std::string user = R"(title: Cluster
table: aws_v
scope: region
list: {call: "ecs:ListClusters", items: "clusterArns[]", as: Cluster}
key: Cluster
arn: ${Cluster}
details:
  - {into: Groups, call: "ec2:DescribeInstances", params: {InstanceIds: ["${Cluster}"]}, take: "Reservations[].Instances[]"}
  - {into: Endpoints, call: "cognito-idp:ListUsers", params: {UserPoolId: "${each}"}, each: "Groups[].InstanceId", take: "Users[]"}
columns:
  name: {path: Cluster, description: The name of it.}
not_sensitive: {"Groups[].ClientToken": The token of a request.}
)";
  const auto paths = sensitive_of(user);
  EXPECT_TRUE(has(paths, "Endpoints[][].Username")) << testing::PrintToString(paths);
  EXPECT_EQ(faults_of(user + "sets: [\"Endpoints[][].Attributes\"]\n"), "");
  EXPECT_NE(faults_of(user + "sets: [\"Endpoints[].Attributes\"]\n").find("write '[][]' behind it"),
            std::string::npos);
}

TEST(Catalog, ATextWhoseNameSaysSecretMustBeDecidedUpon) {
  const auto stream = [](const std::string& more) {
    return R"(title: Stream
table: aws_s
scope: region
list: {call: "firehose:ListDeliveryStreams", items: "DeliveryStreamNames[]", as: Name}
key: Name
arn: ${Name}
details:
  - into: Splunk
    call: firehose:DescribeDeliveryStream
    params: {DeliveryStreamName: "${Name}"}
    take: DeliveryStreamDescription.Destinations[0].SplunkDestinationDescription
columns:
  name: {path: Name, description: The name of it.}
)" + more;
  };
  EXPECT_NE(faults_of(stream("")).find("'Splunk.HECToken' may hold a secret, as its name says"),
            std::string::npos)
      << faults_of(stream(""));
  EXPECT_EQ(faults_of(stream("sensitive: [Splunk.HECToken]\n")), "");
  EXPECT_EQ(faults_of(stream("sensitive: [Splunk]\n")), "") << "with all of it, it is hidden as well";
  EXPECT_EQ(faults_of(stream("not_sensitive: {Splunk.HECToken: It is public here.}\n")), "");
}

TEST(Catalog, ValuesUnderANameThatSaysEnvironmentMustBeDecidedUpon) {
  const std::string job = R"(title: Job definition
table: aws_j
scope: region
list: {call: "codepipeline:ListPipelines", items: "pipelines[]"}
key: name
arn: ${name}
details:
  - {into: Actions, call: "codepipeline:GetPipeline", params: {name: "${name}"}, take: "pipeline.stages[].actions[]", keep: [name]}
columns:
  name: {path: name, description: The name of it.}
)";
  EXPECT_NE(faults_of(job).find("'Actions[].environmentVariables[].value' may hold a secret"),
            std::string::npos)
      << faults_of(job);
}

TEST(EmbeddedCatalog, HoldsTheTypesAndSaysTheSameAsItsFiles) {
  auto loaded = load_catalog(embedded_files());
  ASSERT_TRUE(loaded) << loaded.error().text();
  const auto& catalog = **loaded;
  EXPECT_GE(catalog.resources().size(), 200u);
  const auto* volume = catalog.find_table("aws_ebs_volume");
  ASSERT_NE(volume, nullptr);
  EXPECT_EQ(volume->id, "ec2/volume");
  const auto* function = catalog.find("lambda/function");
  ASSERT_NE(function, nullptr);
  bool variables = false;
  for (const auto& path : function->sensitive_paths)
    variables = variables || path.text() == "Environment.Variables";
  EXPECT_TRUE(variables);
  EXPECT_EQ(catalog.find("ec2/nothing"), nullptr);
}

TEST(EmbeddedCatalog, EveryTypeIsDescribed) {
  auto loaded = load_catalog(embedded_files());
  ASSERT_TRUE(loaded) << loaded.error().text();
  for (const auto& type : (*loaded)->resources()) {
    EXPECT_FALSE(type.description.empty()) << type.id;
    EXPECT_TRUE(type.table.starts_with("aws_")) << type.id;
    EXPECT_FALSE(type.columns.empty()) << type.id;
  }
}

}  // namespace
}  // namespace hm::catalog
