#include <array>

#include "aws/container_credentials.h"
#include "aws/imds.h"
#include "aws/profile_chain.h"
#include "environment.h"
#include "suites.h"
#include "vectors.h"

namespace hm::conformance {

namespace {

using aws::Profiles;
using aws::ProfileSections;

// The vectors word their errors as one particular SDK does; what counts is that ours is about the same fault.
struct SameFault {
  std::string_view words;
  std::string_view ours;
};

template <size_t N>
std::string_view our_word(const std::array<SameFault, N>& table, std::string_view words) {
  for (const SameFault& row : table) {
    if (words.find(row.words) != std::string_view::npos) return row.ours;
  }
  return "(unknown words)";
}

constexpr std::array<SameFault, 5> kParserFaults = {{
    {"must end with ']'", "unclosed_section"},
    {"Expected a profile definition", "no_section"},
    {"did not have a name", "no_name"},
    {"Expected an '=' sign", "no_equals_sign"},
    {"Expected a property definition", "stray_continuation"},
}};

constexpr std::array<SameFault, 12> kChainFaults = {{
    {"must contain `source_profile`", "no_role_source"},
    {"both source_profile and credential_source", "two_role_sources"},
    {"profile missing aws_", "partial_credentials"},
    {"did not contain credential information", "no_credentials_in_profile"},
    {"could not find source profile", "source_profile_not_found"},
    {"No profiles were defined", "no_credentials_in_profile"},
    {"infinite loop", "profile_loop"},
    {"`role_arn` was missing", "no_role_arn"},
    {"`sso_account_id` must also be set", "bad_sso_profile"},
    {"`sso_role_name` must also be set", "bad_sso_profile"},
    {"can only be specified in the [sso-session]", "bad_sso_profile"},
    {"was not found", "bad_sso_profile"},
}};

constexpr std::array<SameFault, 4> kAddressFaults = {{
    {"No environment variables were set", "none"},
    {"did not specify a host", "bad_container_url"},
    {"not a valid endpoint mode", "bad_imds_mode"},
    {"invalid uri", "bad_imds_endpoint"},
}};

Json as_json(const ProfileSections& sections) {
  JsonObject out;
  for (const auto& [name, section] : sections) {
    JsonObject values;
    for (const auto& [key, value] : section) values[key] = value;
    out[name] = std::move(values);
  }
  return out;
}

ProfileSections as_sections(const Json* document) {
  ProfileSections out;
  if (!document) return out;
  for (const auto& section : document->get_object()) {
    auto& into = out[std::string(section.key())];
    for (const auto& entry : section.value().get_object()) into[entry.key()] = as_text(entry.value());
  }
  return out;
}

std::string parsed(const Json& test) {
  const Json& input = *member(test, "input");
  const auto profiles =
      aws::parse_profiles(member_text(input, "configFile"), member_text(input, "credentialsFile"));
  if (!profiles.has_value()) return "error: " + profiles.error().notes.at("fault");
  return to_json(sorted(as_json(profiles->profiles))) + to_json(sorted(as_json(profiles->sso_sessions)));
}

std::string expected_profiles(const Json& test) {
  const Json& output = *member(test, "output");
  if (const Json* error = member(output, "errorContaining")) {
    return "error: " + std::string(our_word(kParserFaults, as_text(*error)));
  }
  const auto part = [&](const char* name) {
    const Json* found = member(*member(output, "config"), name);
    return to_json(sorted(found ? *found : Json(JsonObject())));
  };
  return part("profiles") + part("sso_sessions");
}

void put(JsonObject& out, const char* name, const std::string& value) {
  if (!value.empty()) out[name] = value;
}

Json base_as_json(const aws::ProfileBase& base) {
  JsonObject in;
  const char* name = "";
  if (const auto* keys = std::get_if<aws::StaticKeys>(&base)) {
    name = "AccessKey";
    put(in, "access_key_id", keys->access_key_id);
    put(in, "secret_access_key", keys->secret_access_key);
    put(in, "session_token", keys->session_token);
    put(in, "account_id", keys->account_id);
  } else if (const auto* web = std::get_if<aws::WebIdentityBase>(&base)) {
    name = "WebIdentityToken";
    put(in, "role_arn", web->role_arn);
    put(in, "web_identity_token_file", web->token_file);
    put(in, "role_session_name", web->session_name);
  } else if (const auto* sso = std::get_if<aws::SsoBase>(&base)) {
    name = "Sso";
    put(in, "sso_session", sso->session);
    put(in, "sso_start_url", sso->start_url);
    put(in, "sso_region", sso->region);
    put(in, "sso_account_id", sso->account_id);
    put(in, "sso_role_name", sso->role_name);
  } else if (const auto* source = std::get_if<aws::NamedSource>(&base)) {
    constexpr std::array<const char*, 3> kNames = {"Environment", "Ec2InstanceMetadata", "EcsContainer"};
    return JsonObject{{"NamedSource", kNames[static_cast<size_t>(*source)]}};
  }
  return JsonObject{{name, std::move(in)}};
}

std::string chained(const Json& test) {
  const Json& input = *member(test, "input");
  Profiles profiles;
  profiles.profiles = as_sections(member(input, "profiles"));
  profiles.sso_sessions = as_sections(member(input, "sso_sessions"));
  const auto chain = aws::resolve_profile_chain(profiles, member_text(input, "selected_profile"));
  if (!chain.has_value()) return "error: " + chain.error().code;
  JsonArray out{base_as_json(chain->base)};
  for (const aws::ProfileRole& role : chain->roles) {
    JsonObject in{{"role_arn", role.role_arn}};
    put(in, "external_id", role.external_id);
    put(in, "role_session_name", role.session_name);
    out.push_back(JsonObject{{"AssumeRole", std::move(in)}});
  }
  return to_json(sorted(Json(std::move(out))));
}

std::string expected_chain(const Json& test) {
  const Json& output = *member(test, "output");
  if (const Json* error = member(output, "Error")) {
    return "error: " + std::string(our_word(kChainFaults, as_text(*error)));
  }
  return to_json(sorted(*member(output, "ProfileChain")));
}

std::string expected_address(const Json& test) {
  const Json& result = *member(test, "result");
  if (const Json* fine = member(result, "Ok")) return std::string(as_text(*fine));
  const Json* words = member(result, "Err");
  if (!words) words = member(result, "ErrorContains");
  return "error: " + std::string(our_word(kAddressFaults, as_text(*words)));
}

}  // namespace

void run_profile_parser(const Path& root, Report& report) {
  const auto document = read_document(root / "smithy-rs" / "other" / "profile-parser-tests.json");
  if (!document.has_value()) return report.fail("profile-parser-tests", document.error().text());
  for (const Json& test : member(*document, "tests")->get_array()) {
    const std::string name(member_text(test, "name"));
    compare(report, name, parsed(test), expected_profiles(test));
  }
}

void run_profile_chains(const Path& root, Report& report) {
  const auto document = read_document(root / "smithy-rs" / "aws-config-test-data" / "assume-role-tests.json");
  if (!document.has_value()) return report.fail("assume-role-tests", document.error().text());
  for (const Json& test : document->get_array()) {
    const std::string name(member_text(test, "docs"));
    compare(report, name, chained(test), expected_chain(test));
  }
}

void run_container_urls(const Path& root, Report& report) {
  const auto document = read_document(root / "smithy-rs" / "aws-config-test-data" / "ecs-tests.json");
  if (!document.has_value()) return report.fail("ecs-tests", document.error().text());
  const Json* list = document->is_array() ? &*document : member(*document, "tests");
  for (const Json& test : list->get_array()) {
    const std::string name(member_text(test, "docs"));
    const auto url = aws::container_url(environment_of(*member(test, "env"), {}));
    const std::string ours = !url.has_value() ? "error: " + url.error().code : url->value_or("error: none");
    compare(report, name, ours, expected_address(test));
  }
}

void run_imds_endpoints(const Path& root, Report& report) {
  const auto document =
      read_document(root / "smithy-rs" / "aws-config-test-data" / "imds-config" / "imds-endpoint-tests.json");
  if (!document.has_value()) return report.fail("imds-endpoint-tests", document.error().text());
  for (const Json& test : member(*document, "tests")->get_array()) {
    const std::string name(member_text(test, "docs"));
    std::map<std::string, std::string> files;
    for (const auto& file : member(test, "fs")->get_object()) files[file.key()] = as_text(file.value());
    const auto config = aws::SharedConfig::load(environment_of(*member(test, "env"), files));
    const auto endpoint =
        config.has_value() ? aws::imds_endpoint(**config, std::string(member_text(test, "endpoint_override")),
                                                std::string(member_text(test, "mode_override")))
                           : Result<std::string>(config.error());
    compare(report, name,
            endpoint.has_value() ? *endpoint + "/latest/api/token" : "error: " + endpoint.error().code,
            expected_address(test));
  }
}

}  // namespace hm::conformance
