#include "cli/aws_names.h"

#include <algorithm>
#include <array>

#include "base/edit_distance.h"

namespace hm::cli {

namespace {

bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

// "ARNs" at the end is one word.
size_t plural_acronym(std::string_view name) {
  if (!name.ends_with('s')) return std::string_view::npos;
  size_t start = name.size() - 1;
  while (start > 0 && upper(name[start - 1])) --start;
  return name.size() - 1 - start >= 2 ? start : std::string_view::npos;
}

// A dash before each capital that begins a word in lower case.
std::string split_words(std::string_view name) {
  std::string out;
  for (size_t at = 0; at < name.size();) {
    out += name[at];
    if (at + 2 < name.size() && upper(name[at + 1]) && lower(name[at + 2])) {
      out += '-';
      at += 1;
      do {
        out += name[at++];
      } while (at < name.size() && lower(name[at]));
    } else {
      ++at;
    }
  }
  return out;
}

// A dash between a small letter or digit and a capital.
std::string split_capitals(std::string_view name) {
  std::string out;
  for (size_t at = 0; at < name.size(); ++at) {
    out += name[at];
    if (at + 1 < name.size() && (lower(name[at]) || digit(name[at])) && upper(name[at + 1])) out += '-';
  }
  return out;
}

// Words inside operations that the AWS CLI does not take apart.
constexpr std::pair<std::string_view, std::string_view> kWholeWords[] = {
    {"iSCSI", "Iscsi"},   {"HITs", "Hits"},         {"PartiQL", "Partiql"},
    {"OAuth2", "Oauth2"}, {"WhatsApp", "Whatsapp"}, {"OTel", "Otel"},
};
// Only these operations have them taken apart all the same.
constexpr std::array<std::string_view, 2> kTakenApart = {"ListHITs", "ListReviewableHITs"};

constexpr std::pair<std::string_view, std::string_view> kServiceWords[] = {
    {"s3api", "s3"},
    {"deploy", "codedeploy"},
    {"configservice", "config"},
    {"runtime.sagemaker", "sagemaker-runtime"},
};

struct Rename {
  std::string_view service;
  std::string_view operation;  // empty: every one with that member
  std::string_view member;
  std::string_view word;
  bool alias;  // the usual word works too, and is the one that is shown
};
constexpr Rename kRenames[] = {
    {"apigateway", "", "version", "api-version", false},
    {"apigatewayv2", "", "Version", "api-version", false},
    {"clouddirectory", "", "Version", "schema-version", false},
    {"cloudsearchdomain", "Search", "query", "search-query", false},
    {"cloudsearchdomain", "Suggest", "query", "suggest-query", false},
    {"codepipeline", "CreateCustomActionType", "version", "action-version", false},
    {"codepipeline", "DeleteCustomActionType", "version", "action-version", false},
    {"codepipeline", "GetActionType", "version", "action-version", false},
    {"codepipeline", "GetPipeline", "version", "pipeline-version", false},
    {"cognito-identity", "CreateIdentityPool", "OpenIdConnectProviderARNs", "open-id-connect-provider-ar-ns",
     true},
    {"controltower", "", "version", "landing-zone-version", false},
    {"datapipeline", "", "version", "pipeline-version", false},
    {"datapipeline", "", "query", "objects-query", false},
    {"eks", "", "version", "kubernetes-version", false},
    {"elasticache", "", "PreferredCacheClusterAZs", "preferred-cache-cluster-a-zs", true},
    {"gamelift", "CreateBuild", "Version", "build-version", false},
    {"gamelift", "UpdateBuild", "Version", "build-version", false},
    {"gamelift", "CreateScript", "Version", "script-version", false},
    {"gamelift", "UpdateScript", "Version", "script-version", false},
    {"glue", "", "Region", "resource-region", false},
    {"iam", "", "AuthenticationCode1", "authentication-code-1", true},
    {"iam", "", "AuthenticationCode2", "authentication-code-2", true},
    {"importexport", "", "street1", "street-1", true},
    {"importexport", "", "street2", "street-2", true},
    {"importexport", "", "street3", "street-3", true},
    {"iotwireless", "", "LoRaWAN", "lorawan", false},
    {"kinesisanalytics", "", "Output", "application-output", false},
    {"kinesisanalyticsv2", "", "Output", "application-output", false},
    {"lambda", "", "CodeSha256", "code-sha-256", true},
    {"lex-models", "DeleteBotVersion", "version", "bot-version", false},
    {"lex-models", "DeleteIntentVersion", "version", "intent-version", false},
    {"lex-models", "GetIntent", "version", "intent-version", false},
    {"lex-models", "DeleteSlotTypeVersion", "version", "slot-type-version", false},
    {"lex-models", "GetSlotType", "version", "slot-type-version", false},
    {"lex-models", "GetExport", "version", "resource-version", false},
    {"license-manager", "DeleteGrant", "Version", "grant-version", false},
    {"license-manager", "GetGrant", "Version", "grant-version", false},
    {"license-manager", "GetLicense", "Version", "license-version", false},
    {"lightsail", "", "publicKeyBase64", "public-key-base-64", true},
    {"mgn", "", "sourceServerIDs", "source-server-i-ds", true},
    {"mgn", "", "replicationServersSecurityGroupsIDs", "replication-servers-security-groups-i-ds", true},
    {"mgn", "", "replicationConfigurationTemplateIDs", "replication-configuration-template-i-ds", true},
    {"mturk", "", "Query", "types-query", false},
    {"pinpoint", "DeleteEmailTemplate", "Version", "template-version", false},
    {"pinpoint", "DeleteInAppTemplate", "Version", "template-version", false},
    {"pinpoint", "DeletePushTemplate", "Version", "template-version", false},
    {"pinpoint", "DeleteSmsTemplate", "Version", "template-version", false},
    {"pinpoint", "DeleteVoiceTemplate", "Version", "template-version", false},
    {"pinpoint", "GetEmailTemplate", "Version", "template-version", false},
    {"pinpoint", "GetInAppTemplate", "Version", "template-version", false},
    {"pinpoint", "GetPushTemplate", "Version", "template-version", false},
    {"pinpoint", "GetSmsTemplate", "Version", "template-version", false},
    {"pinpoint", "GetVoiceTemplate", "Version", "template-version", false},
    {"pinpoint", "UpdateEmailTemplate", "Version", "template-version", false},
    {"pinpoint", "UpdateInAppTemplate", "Version", "template-version", false},
    {"pinpoint", "UpdatePushTemplate", "Version", "template-version", false},
    {"pinpoint", "UpdateSmsTemplate", "Version", "template-version", false},
    {"pinpoint", "UpdateVoiceTemplate", "Version", "template-version", false},
    {"pinpoint", "GetCampaignVersion", "Version", "campaign-version", false},
    {"pinpoint", "GetSegmentVersion", "Version", "segment-version", false},
    {"rekognition", "", "Output", "stream-processor-output", false},
    {"route53", "", "Version", "traffic-policy-version", false},
    {"route53domains", "", "Start", "start-time", true},
    {"route53domains", "", "End", "end-time", false},
    {"sagemaker", "", "Version", "version-number", false},
    {"ses", "SendEmail", "Source", "from", false},
    {"sns", "", "Endpoint", "notification-endpoint", false},
    {"stepfunctions", "", "output", "task-output", false},
    {"storagegateway", "", "VolumeARNs", "volume-ar-ns", true},
    {"storagegateway", "DescribeTapeArchives", "TapeARNs", "tape-ar-ns", true},
    {"storagegateway", "DescribeTapes", "TapeARNs", "tape-ar-ns", true},
    {"storagegateway", "", "VTLDeviceARNs", "vtl-device-ar-ns", true},
    {"swf", "RegisterActivityType", "version", "activity-version", false},
    {"swf", "RegisterWorkflowType", "version", "workflow-version", false},
    {"workdocs", "", "Endpoint", "notification-endpoint", false},
    {"workdocs", "", "Query", "user-query", false},
    {"codedeploy", "", "ec2TagSet", "ec-2-tag-set", true},
    {"codedeploy", "", "s3Bucket", "s-3-bucket", true},
    {"codedeploy", "", "s3KeyPrefix", "s-3-key-prefix", true},
};

struct Negative {
  std::string_view service;
  std::string_view operation;
  std::string_view member;
  std::string_view word;
};
constexpr Negative kNegatives[] = {
    {"ec2", "CreateImage", "NoReboot", "reboot"},
    {"ec2", "", "Egress", "ingress"},
    {"ec2", "RunInstances", "DisableApiTermination", "enable-api-termination"},
    {"ecs", "", "enableExecuteCommand", "disable-execute-command"},
    {"ecs", "", "interactive", "non-interactive"},
};

constexpr NestedOption kNested[] = {
    {"lambda", "CreateFunction", "zip-file", "Code.ZipFile"},
    {"lambda", "PublishLayerVersion", "zip-file", "Content.ZipFile"},
    {"ses", "SendEmail", "to", "Destination.ToAddresses"},
    {"ses", "SendEmail", "cc", "Destination.CcAddresses"},
    {"ses", "SendEmail", "bcc", "Destination.BccAddresses"},
    {"ses", "SendEmail", "subject", "Message.Subject.Data"},
    {"ses", "SendEmail", "text", "Message.Body.Text.Data"},
    {"ses", "SendEmail", "html", "Message.Body.Html.Data"},
    {"translate", "ImportTerminology", "data-file", "TerminologyData.File"},
    {"translate", "TranslateDocument", "document-content", "Document.Content"},
    {"rekognition", "CompareFaces", "source-image-bytes", "SourceImage.Bytes"},
    {"rekognition", "CompareFaces", "target-image-bytes", "TargetImage.Bytes"},
    {"rekognition", "", "image-bytes", "Image.Bytes"},
};

// Of the partition's endpoints: those that have one for the whole world.
constexpr std::array<std::string_view, 21> kGlobal = {
    "account",       "billingconductor", "budgets", "ce",           "chime",          "cloudfront",
    "codecatalyst",  "health",           "iam",     "importexport", "networkmanager", "notificationscontacts",
    "organizations", "route53",          "s3",      "savingsplans", "shield",         "sts",
    "support",       "taxsettings",      "waf"};

template <class Row>
bool meant(const Row& row, const aws::Service& service, const aws::Operation& operation) {
  return row.service == service.name() && (row.operation.empty() || row.operation == operation.name());
}

}  // namespace

std::string kebab_case(std::string_view name) {
  std::string text(name);
  if (const size_t start = plural_acronym(name); start != std::string_view::npos) {
    std::string tail(name.substr(start));
    for (char& c : tail) c = upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
    text = std::string(name.substr(0, start)) + "-" + tail;
  }
  text = split_capitals(split_words(text));
  for (char& c : text) c = upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

std::string operation_word(std::string_view operation) {
  std::string name(operation);
  if (std::find(kTakenApart.begin(), kTakenApart.end(), operation) == kTakenApart.end()) {
    for (const auto& [apart, whole] : kWholeWords) {
      if (const auto at = name.find(apart); at != std::string::npos && at + apart.size() < name.size()) {
        name.replace(at, apart.size(), whole);
      }
    }
  }
  return kebab_case(name);
}

std::optional<aws::Service> service_of_word(std::string_view word) {
  for (const auto& [theirs, ours] : kServiceWords) {
    if (word == theirs) return aws::find_service(ours);
  }
  // The AWS CLI keeps these two words for commands of its own or for none.
  if (word == "s3" || word == "config") return std::nullopt;
  return aws::find_service(word);
}

std::optional<aws::Operation> operation_of_word(const aws::Service& service, std::string_view word) {
  for (const aws::Operation& operation : service.operations()) {
    if (operation_word(operation.name()) == word || kebab_case(operation.name()) == word) return operation;
  }
  return std::nullopt;
}

std::vector<std::string> service_words() {
  std::vector<std::string> words;
  for (const aws::Service& service : aws::services()) {
    const auto renamed = std::find_if(std::begin(kServiceWords), std::end(kServiceWords),
                                      [&](const auto& entry) { return entry.second == service.name(); });
    words.emplace_back(renamed == std::end(kServiceWords) ? service.name() : renamed->first);
  }
  return words;
}

std::vector<std::string> operation_words(const aws::Service& service) {
  std::vector<std::string> words;
  for (const aws::Operation& operation : service.operations()) {
    words.push_back(operation_word(operation.name()));
  }
  return words;
}

std::string invalid_choice(std::string_view word, const std::vector<std::string>& choices) {
  constexpr size_t kMostShown = 3;
  std::vector<std::pair<size_t, std::string_view>> close;
  for (const std::string& choice : choices) {
    // A fifth of the letters may differ, as with the AWS CLI; a word that was cut short is meant too.
    const size_t distance = edit_distance(word, choice);
    const bool cut = word.size() >= 2 && choice.starts_with(word);
    if (cut || distance * 5 <= std::max(word.size(), choice.size())) close.emplace_back(distance, choice);
  }
  std::sort(close.begin(), close.end());
  std::string text = "Invalid choice: '" + std::string(word) + "'";
  if (close.empty()) return text;
  text += ", maybe you meant:\n";
  for (size_t i = 0; i < std::min(close.size(), kMostShown); ++i) {
    text.append("\n  * ").append(close[i].second);
  }
  return text;
}

std::vector<std::string> parameter_words(const aws::Service& service, const aws::Operation& operation,
                                         std::string_view member) {
  std::vector<std::string> words = {kebab_case(member)};
  for (const Rename& rename : kRenames) {
    if (rename.member != member || !meant(rename, service, operation)) continue;
    if (!rename.alias) words.clear();
    words.emplace_back(rename.word);
  }
  return words;
}

std::string negative_word(const aws::Service& service, const aws::Operation& operation,
                          std::string_view member) {
  for (const Negative& negative : kNegatives) {
    if (negative.member == member && meant(negative, service, operation)) return std::string(negative.word);
  }
  return "no-" + parameter_words(service, operation, member).front();
}

std::vector<NestedOption> nested_options(const aws::Service& service, const aws::Operation& operation) {
  std::vector<NestedOption> found;
  for (const NestedOption& option : kNested) {
    if (meant(option, service, operation)) found.push_back(option);
  }
  return found;
}

bool works_without_region(const aws::Service& service) {
  return std::find(kGlobal.begin(), kGlobal.end(), service.name()) != kGlobal.end();
}

}  // namespace hm::cli
