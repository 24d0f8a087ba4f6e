#include "aws/endpoint.h"

#include "base/check.h"

namespace hm::aws {

namespace {

Error refused(std::string code, std::string message) {
  return make_error(ErrorKind::invalid, std::move(code), std::move(message));
}

bool is_arn(const EndpointValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text && text->starts_with("arn:");
}

bool path_style(const Operation& operation, const EndpointOptions& options, const EndpointValue& bucket) {
  // A bucket's region is what GetBucketLocation asks for, so only path style signs where it is answered.
  if (operation.name() == "GetBucketLocation") return true;
  // Access points have no path style; one that was asked for by name is refused by the rules.
  if (is_arn(bucket)) return options.s3_path_style.value_or(false);
  return options.s3_path_style.value_or(!options.endpoint_url.empty());
}

struct Settings {
  const Operation& operation;
  const EndpointOptions& options;
  std::string region;
  bool use_fips;
  const EndpointValue* bucket;
};

EndpointValue text_or_none(const std::string& text) {
  return text.empty() ? EndpointValue() : EndpointValue(text);
}

EndpointValue built_in(std::string_view name, const Settings& settings) {
  const EndpointOptions& options = settings.options;
  if (name == "AWS::Region") return text_or_none(settings.region);
  if (name == "AWS::UseFIPS") return settings.use_fips;
  if (name == "AWS::UseDualStack") return options.use_dualstack;
  if (name == "SDK::Endpoint") return text_or_none(options.endpoint_url);
  if (name == "AWS::Auth::AccountId") return text_or_none(options.account_id);
  if (name == "AWS::Auth::AccountIdEndpointMode") return options.account_id_mode;
  if (name == "AWS::S3::ForcePathStyle") {
    return path_style(settings.operation, options, settings.bucket ? *settings.bucket : EndpointValue());
  }
  const auto found = options.switches.find(name);
  if (found != options.switches.end()) return found->second;
  return {};
}

Status check(const EndpointOptions& options, const std::string& region) {
  // These become parts of a host name that a signed request goes to.
  if (!region.empty() && !is_valid_host_label(region, false)) {
    return refused("bad_region", "'" + options.region + "' is not a region: write it as eu-west-1");
  }
  if (!options.account_id.empty() && !is_valid_host_label(options.account_id, false)) {
    return refused("bad_account", "'" + options.account_id + "' is not an account id");
  }
  if (!options.endpoint_url.empty() &&
      std::holds_alternative<std::monostate>(parse_endpoint_url(options.endpoint_url))) {
    return refused("bad_endpoint_url", "'" + options.endpoint_url +
                                           "' is not an endpoint: write it as https://host, http://host:port "
                                           "or with a path");
  }
  return ok();
}

// Takes the first signature that we speak, as botocore does without its native add-on.
Status choose_signature(const Json& properties, bool sign, Endpoint& endpoint) {
  const Json* schemes = member(properties, "authSchemes");
  if (!schemes || !schemes->is_array() || schemes->get_array().empty()) return ok();
  std::string refused_names;
  for (const Json& scheme : schemes->get_array()) {
    const std::string_view name = member_text(scheme, "name");
    if (name == "sigv4") {
      endpoint.signing_name = member_text(scheme, "signingName", endpoint.signing_name);
      endpoint.signing_region = member_text(scheme, "signingRegion", endpoint.signing_region);
      const Json* single = member(scheme, "disableDoubleEncoding");
      endpoint.double_encode = !(single && single->is_bool() && single->get_bool());
      return ok();
    }
    if (!refused_names.empty()) refused_names += " or ";
    refused_names += name == "sigv4a"            ? "SigV4a"
                     : name == "sigv4-s3express" ? "an S3 Express session"
                                                 : std::string(name);
  }
  if (!sign) return ok();
  return refused("unsupported_signature",
                 endpoint.url + " must be called with " + refused_names + ", which is not supported");
}

}  // namespace

std::pair<std::string, bool> split_pseudo_region(std::string_view region) {
  if (region.starts_with("fips-")) return {std::string(region.substr(5)), true};
  if (region.ends_with("-fips")) return {std::string(region.substr(0, region.size() - 5)), true};
  return {std::string(region), false};
}

EndpointResolver::EndpointResolver()
    : partitions_([] {
        Result<Partitions> embedded = Partitions::parse(hm::aws::partitions());
        HM_CHECK(embedded.has_value());
        return std::move(*embedded);
      }()) {}

Result<std::shared_ptr<const RuleSet>> EndpointResolver::rules_of(const Service& service) {
  auto known = rule_sets_.with([&](auto& sets) {
    const auto found = sets.find(service.raw);
    return found == sets.end() ? nullptr : found->second;
  });
  if (known) return known;
  // Compiled outside the lock: two threads may both do it once, and the first one's is kept.
  HM_TRY(const Json document, parse_json(service.endpoint_rules()));
  HM_TRY(RuleSet compiled, RuleSet::compile(document));
  auto fresh = std::make_shared<const RuleSet>(std::move(compiled));
  return rule_sets_.with([&](auto& sets) {
    if (sets.size() >= kMaxRuleSets) sets.erase(sets.begin());
    return sets.try_emplace(service.raw, std::move(fresh)).first->second;
  });
}

Result<Endpoint> EndpointResolver::resolve(const Service& service, const Operation& operation,
                                           const Json& params, const EndpointOptions& options) {
  auto [region, fips_region] = split_pseudo_region(options.region);
  HM_DO(check(options, region));
  HM_TRY(const auto rules,
         rules_of(service).context("reading the endpoint rules of " + std::string(service.name())));

  const auto& parameters = rules->parameters();
  std::vector<EndpointValue> values(parameters.size());
  const EndpointValue* bucket = nullptr;
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (!parameters[i].built_in.empty()) continue;
    values[i] = operation_endpoint_value(operation, params, parameters[i].name);
    if (parameters[i].name == "Bucket") bucket = &values[i];
  }
  const Settings settings{operation, options, region, options.use_fips || fips_region, bucket};
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (!parameters[i].built_in.empty()) values[i] = built_in(parameters[i].built_in, settings);
  }

  HM_TRY(RuleEndpoint found, rules->evaluate(std::move(values), partitions_));
  Endpoint out;
  out.url = std::move(found.url);
  while (out.url.ends_with('/')) out.url.pop_back();
  out.headers = std::move(found.headers);
  out.signing_name = service.signing_name();
  out.signing_region = region;
  HM_DO(choose_signature(found.properties, options.sign, out));
  return out;
}

}  // namespace hm::aws
