#include "aws/endpoint.h"
#include "aws/shared_config.h"
#include "suites.h"
#include "vectors.h"

namespace hm::conformance {

namespace {

using aws::EndpointOptions;
using aws::Partitions;
using aws::RuleSet;

std::string described(const Result<aws::RuleEndpoint>& found) {
  if (!found.has_value()) return "error: " + found.error().message;
  JsonObject headers;
  for (const auto& [name, value] : found->headers) {
    if (!headers.contains(name)) headers[name] = JsonArray();
    headers[name].get_array().emplace_back(value);
  }
  return found->url + "\nheaders " + to_json(sorted(headers)) + "\nproperties " +
         to_json(sorted(found->properties));
}

std::string described(const Json& expect) {
  if (const Json* error = member(expect, "error")) return "error: " + std::string(as_text(*error));
  const Json& endpoint = *member(expect, "endpoint");
  const auto part = [&](const char* name) {
    const Json* found = member(endpoint, name);
    return to_json(sorted(found ? *found : Json(JsonObject())));
  };
  return std::string(member_text(endpoint, "url")) + "\nheaders " + part("headers") + "\nproperties " +
         part("properties");
}

const JsonArray& cases_of(const Json& document) { return member(document, "testCases")->get_array(); }

std::string name_of(const std::string& file, size_t index, const Json& test) {
  return file + " " + std::to_string(index) + " " + std::string(member_text(test, "documentation"));
}

// Runs every case of a file against one rule set.
void run_cases(const std::string& file, const Json& document, const RuleSet& rules,
               const Partitions& partitions, Report& report) {
  const JsonArray& cases = cases_of(document);
  for (size_t i = 0; i < cases.size(); ++i) {
    const std::string name = name_of(file, i, cases[i]);
    const Json* params = member(cases[i], "params");
    const auto found = rules.evaluate(params ? *params : Json(JsonObject()), partitions);
    compare(report, name, described(found), described(*member(cases[i], "expect")));
  }
}

EndpointOptions options_of(const Json& built_ins) {
  EndpointOptions out;
  const auto flag = [&](const char* name, bool otherwise) {
    const Json* found = member(built_ins, name);
    return found && found->is_bool() ? found->get_bool() : otherwise;
  };
  out.region = member_text(built_ins, "AWS::Region");
  out.endpoint_url = member_text(built_ins, "SDK::Endpoint");
  out.account_id = member_text(built_ins, "AWS::Auth::AccountId");
  out.account_id_mode = member_text(built_ins, "AWS::Auth::AccountIdEndpointMode", "preferred");
  out.use_fips = flag("AWS::UseFIPS", false);
  out.use_dualstack = flag("AWS::UseDualStack", false);
  out.s3_path_style = flag("AWS::S3::ForcePathStyle", false);
  for (const auto& entry : built_ins.get_object()) {
    if (entry.value().is_bool()) out.switches.emplace(entry.key(), entry.value().get_bool());
  }
  out.sign = false;
  return out;
}

// Here an account without a number is one that is not known yet, which the vectors call an empty one.
bool has_empty_account(const Json& built_ins) {
  const Json* account = member(built_ins, "AWS::Auth::AccountId");
  return account && as_text(*account).empty();
}

// An operation's own input must lead to the endpoint that the rules give for the case's parameters.
void run_operation(const std::string& name, const aws::Service& service, const Json& input,
                   const Json& expect, Report& report) {
  static aws::EndpointResolver resolver;
  const auto operation = service.find(member_text(input, "operationName"));
  const Json* built_ins = member(input, "builtInParams");
  const Json none{JsonObject()};
  if (!operation || has_empty_account(built_ins ? *built_ins : none)) return;
  const Json* params = member(input, "operationParams");
  const auto found = resolver.resolve(service, *operation, params ? *params : none,
                                      options_of(built_ins ? *built_ins : none));
  const Json* endpoint = member(expect, "endpoint");
  if (!endpoint) {
    // Our own checks of regions and URLs come before the rules, so their words may differ from the rule's.
    if (found.has_value()) {
      report.fail(name, "resolved to " + found->url + ", but an error was expected");
    } else {
      report.pass(name);
    }
    return;
  }
  std::string url(member_text(*endpoint, "url"));
  while (url.ends_with('/')) url.pop_back();
  compare(report, name, found.has_value() ? found->url : "error: " + found.error().text(), url);
}

aws::Environment environment_of(const std::map<std::string, std::string>& variables,
                                const std::string& config) {
  aws::Environment out;
  out.variable = [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
  out.read_file = [config](const std::string& path) -> Result<std::string> {
    if (path.ends_with("/config")) return config;
    return make_error(ErrorKind::not_found, "no_file", path);
  };
  return out;
}

std::string as_file(const Json& suite) {
  std::string out;
  for (const auto& profile : member(suite, "profiles")->get_object()) {
    out += "[profile " + std::string(profile.key()) + "]\n";
    for (const auto& entry : profile.value().get_object()) {
      out += std::string(entry.key()) + " = " + std::string(as_text(entry.value())) + "\n";
    }
  }
  for (const auto& section : member(suite, "services")->get_object()) {
    out += "[services " + std::string(section.key()) + "]\n";
    for (const auto& service : section.value().get_object()) {
      out += std::string(service.key()) + " =\n";
      for (const auto& entry : service.value().get_object()) {
        out += "  " + std::string(entry.key()) + " = " + std::string(as_text(entry.value())) + "\n";
      }
    }
  }
  return out;
}

// As a client: what it was given, else what is configured, else the rules.
std::string endpoint_for(const Json& suite, const Json& test) {
  std::map<std::string, std::string> variables;
  const Json& environment = *member(*member(suite, "environments"), member_text(test, "environment"));
  for (const auto& entry : environment.get_object()) variables[entry.key()] = as_text(entry.value());
  const Json& client = *member(*member(suite, "client_configs"), member_text(test, "client_config"));
  const Json* ignore = member(client, "ignore_configured_endpoint_urls");
  if (ignore && ignore->get_bool()) variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  const auto config = aws::SharedConfig::load(environment_of(variables, as_file(suite)),
                                              std::string(member_text(test, "profile")));
  if (!config.has_value()) return config.error().text();
  const auto service = aws::find_service(member_text(test, "service"));
  EndpointOptions options;
  options.region = (*config)->region();
  options.endpoint_url = member_text(client, "endpoint_url");
  if (options.endpoint_url.empty()) options.endpoint_url = (*config)->endpoint_url(service->service_id());
  aws::EndpointResolver resolver;
  const auto found = resolver.resolve(*service, service->operations().front(), Json(JsonObject()), options);
  return found.has_value() ? found->url : found.error().text();
}

}  // namespace

void run_rule_sets(const Path& root, Report& report) {
  const Path folder = root / "botocore" / "endpoints";
  const auto partitions = Partitions::parse(read(folder / "partitions.json"));
  if (!partitions.has_value()) return report.fail("partitions", partitions.error().text());
  for (const Path& file : entries(folder / "valid-rules")) {
    const std::string name = file.stem().string();
    const auto document = read_document(file);
    const auto rules = document.has_value() ? RuleSet::compile(*document) : Result<RuleSet>(document.error());
    if (!rules.has_value()) {
      report.fail(name, rules.error().text());
      continue;
    }
    report.pass(name);
    const auto cases = read_document(folder / "test-cases" / file.filename());
    if (cases.has_value()) run_cases(name, *cases, *rules, *partitions, report);
  }
}

void run_endpoint_rules(const Path& root, Report& report) {
  const auto partitions = Partitions::parse(aws::partitions());
  for (const Path& folder : entries(root / "botocore" / "endpoint-rules")) {
    const std::string name = folder.filename().string();
    const auto document = read_document(folder / "endpoint-tests-1.json");
    const auto service = aws::find_service(name);
    if (!document.has_value() || !service) {
      report.fail(name, "no vectors or no such service");
      continue;
    }
    const auto rules = RuleSet::compile(*parse_json(service->endpoint_rules()));
    if (!rules.has_value()) {
      report.fail(name, rules.error().text());
      continue;
    }
    run_cases(name, *document, *rules, *partitions, report);
  }
}

void run_endpoint_operations(const Path& root, Report& report) {
  for (const Path& folder : entries(root / "botocore" / "endpoint-rules")) {
    const std::string file = folder.filename().string();
    const auto document = read_document(folder / "endpoint-tests-1.json");
    const auto service = aws::find_service(file);
    if (!document.has_value() || !service) continue;
    const JsonArray& cases = cases_of(*document);
    for (size_t i = 0; i < cases.size(); ++i) {
      const Json* inputs = member(cases[i], "operationInputs");
      if (!inputs) continue;
      for (const Json& input : inputs->get_array()) {
        const std::string name =
            name_of(file, i, cases[i]) + " " + std::string(member_text(input, "operationName"));
        run_operation(name, *service, input, *member(cases[i], "expect"), report);
      }
    }
  }
}

void run_endpoint_urls(const Path& root, Report& report) {
  const auto document = read_document(root / "botocore" / "endpoints" / "profile-tests.json");
  if (!document.has_value()) return report.fail("profile-tests", document.error().text());
  for (const Json& suite : member(*document, "testSuites")->get_array()) {
    for (const Json& test : member(suite, "endpointUrlTests")->get_array()) {
      const std::string name(member_text(test, "name"));
      compare(report, name, endpoint_for(suite, test), member_text(*member(test, "output"), "endpointUrl"));
    }
  }
}

}  // namespace hm::conformance
