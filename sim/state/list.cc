// Listing: ids asked for, filters, and pages with their tokens.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/json_path.h"
#include "sim/state/engine.h"

namespace hm::sim {

namespace {

// How many rows a caller may ask for at once, as each API reference says. Where `strict`, more are refused;
// else the most that there may be come back.
struct PageLimits {
  const char* service;
  int64_t least, most;
  bool strict;
  const char* code;
};
constexpr PageLimits kPageLimits[] = {
    {"ec2", 5, 1000, false, "InvalidParameterValue"}, {"rds", 20, 100, true, "InvalidParameterValue"},
    {"cloudwatch", 1, 100, true, "ValidationError"},  {"autoscaling", 1, 100, true, "ValidationError"},
    {"iam", 1, 1000, true, "ValidationError"},        {"elb", 1, 400, true, "ValidationError"},
    {"elbv2", 1, 400, true, "ValidationError"},       {"kms", 1, 1000, true, "ValidationException"},
    {"lambda", 1, 50, false, "ValidationException"},  {"s3", 1, 10'000, true, "InvalidArgument"},
    {"", 1, 1000, false, "ValidationException"},
};

const PageLimits& page_limits(std::string_view service) {
  return *std::find_if(std::begin(kPageLimits), std::end(kPageLimits) - 1,
                       [&](const PageLimits& limits) { return service == limits.service; });
}

struct Page {
  uint64_t after = 0;  // sequence number of the last row of the page before
  size_t limit = 100;
  std::string input_token, output_token, more;
};

// A token is opaque to callers and belongs to the operation, the account and the region that gave it.
std::string make_token(const Call& call, uint64_t after) {
  const auto plain = std::to_string(after);
  const auto place = call.account_id + call.region + std::string(call.wire.operation.name());
  return base64url(plain + "." + sha256_hex(plain + place).substr(0, 12));
}

bool read_token(const Call& call, std::string_view token, uint64_t& after) {
  const auto plain = unbase64(token);
  if (!plain) return false;
  const auto [end, error] = std::from_chars(plain->data(), plain->data() + plain->size(), after);
  return error == std::errc() && end != plain->data() && make_token(call, after) == token;
}

Error bad_token(const Call& call, const std::string& name) {
  const auto protocol = call.wire.protocol;
  const auto code = protocol == aws::Protocol::ec2 ? "InvalidNextToken"
                    : protocol == aws::Protocol::query
                        ? (name == "Marker" ? "ValidationError" : "InvalidNextToken")
                    : call.wire.service.name() == "kms" ? "InvalidMarkerException"
                                                        : "ValidationException";
  return refusal(400, code, "The token in " + name + " is not one that this operation gave.");
}

void name_tokens(const Call& call, Page& page, std::string& limit_key) {
  const auto input = call.wire.operation.input();
  if (const auto paginator = call.wire.operation.paginator(); paginator && !paginator->input_tokens.empty()) {
    page.input_token = paginator->input_tokens.front();
    page.output_token = paginator->output_tokens.front();
    if (const auto either = page.output_token.find(" || "); either != std::string::npos) {
      page.output_token.resize(either);
    }
    page.more = paginator->more_results;
    limit_key = paginator->limit_key;
    return;
  }
  const auto output = call.wire.operation.output();
  if (!input || !output) return;
  if (input->find("NextToken") && output->find("NextToken"))
    page.input_token = page.output_token = "NextToken";
  if (input->find("MaxResults")) limit_key = "MaxResults";
}

Result<Page> read_page(const Call& call, const ListSpec& spec) {
  Page page;
  std::string limit_key;
  page.limit = static_cast<size_t>(spec.page);
  name_tokens(call, page, limit_key);
  if (!limit_key.empty()) {
    if (const auto* given = call.find(limit_key); given != nullptr && given->is_number()) {
      const auto wanted = given->to_number<int64_t>();
      const auto& limits = page_limits(call.wire.service.name());
      if (wanted < limits.least || (limits.strict && wanted > limits.most)) {
        const std::string bound = wanted < limits.least ? "at least " + std::to_string(limits.least)
                                                        : "at most " + std::to_string(limits.most);
        return refusal(400, limits.code,
                       "Value ( " + std::to_string(wanted) + " ) for parameter " + limit_key +
                           " is invalid. Expecting a value of " + bound + ".");
      }
      page.limit = static_cast<size_t>(std::min(wanted, limits.most));
    }
  }
  if (page.input_token.empty()) {
    page.limit = SIZE_MAX;  // an operation without tokens answers everything
  } else if (const auto* token = call.find(page.input_token); token != nullptr && token->is_string()) {
    if (!as_text(*token).empty() && !read_token(call, as_text(*token), page.after)) {
      return bad_token(call, page.input_token);
    }
  }
  return page;
}

std::vector<std::string> wanted_ids(const Call& call, const ListSpec& spec) {
  std::vector<std::string> ids;
  if (*spec.ids == '\0') return ids;
  const auto* given = call.find(spec.ids);
  if (given == nullptr) return ids;
  if (given->is_string() && !as_text(*given).empty()) ids.emplace_back(as_text(*given));
  if (given->is_array()) {
    for (const auto& id : given->get_array()) {
      if (id.is_string()) ids.emplace_back(as_text(id));
    }
  }
  return ids;
}

std::string id_of(const ListSpec& spec, const std::string& id, const Json& document) {
  return *spec.id_member == '\0' ? id : std::string(member_text(document, spec.id_member));
}

// EC2 tells an id that cannot be one from an id that is not there.
std::optional<Error> malformed(const ListSpec& spec, std::string_view id) {
  static constexpr std::array<std::array<std::string_view, 3>, 6> kForms = {{
      {"ec2/instance", "i-", "InvalidInstanceID.Malformed"},
      {"ec2/vpc", "vpc-", "InvalidVpcID.Malformed"},
      {"ec2/subnet", "subnet-", "InvalidSubnetID.Malformed"},
      {"ec2/image", "ami-", "InvalidAMIID.Malformed"},
      {"ec2/snapshot", "snap-", "InvalidSnapshotID.Malformed"},
      {"ec2/security_group", "sg-", "InvalidGroupId.Malformed"},
  }};
  for (const auto& [collection, prefix, code] : kForms) {
    if (spec.collection != collection) continue;
    const auto digits = id.substr(std::min(prefix.size(), id.size()));
    const bool hexadecimal = digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if (id.starts_with(prefix) && hexadecimal && (digits.size() == 8 || digits.size() == 17))
      return std::nullopt;
    return refusal(400, std::string(code), "Invalid id: \"" + std::string(id) + "\"");
  }
  return std::nullopt;
}

struct Rows {
  JsonArray rows;
  uint64_t next_after = 0;  // 0: the last page
};

Result<Rows> collect(const Call& call, const ListSpec& spec, const Page& page, Place& place) {
  Rows found;
  const auto ids = wanted_ids(call, spec);
  for (const auto& id : ids) {
    if (auto wrong = malformed(spec, id)) return std::move(*wrong);
  }
  std::vector<bool> seen(ids.size());
  uint64_t last = 0;
  auto& collection = place.of(spec.collection);
  const auto visit = [&](uint64_t sequence, const std::string& id, const std::string& text) {
    if (!ids.empty() && *spec.id_member == '\0' && std::find(ids.begin(), ids.end(), id) == ids.end())
      return true;
    auto document = stored(text);
    if (!ids.empty()) {
      const auto at = std::find(ids.begin(), ids.end(), id_of(spec, id, document));
      if (at == ids.end()) return true;
      seen[static_cast<size_t>(at - ids.begin())] = true;
    }
    if (spec.keep != nullptr && !spec.keep(call, document)) return true;
    if (!passes_filters(call, spec.collection, document)) return true;
    if (found.rows.size() >= page.limit) {
      found.next_after = last;
      return false;
    }
    last = sequence;
    found.rows.push_back(spec.row != nullptr ? spec.row(call, std::move(document)) : std::move(document));
    return true;
  };
  collection.each(page.after, visit);
  for (size_t i = 0; i < ids.size(); ++i) {
    if (seen[i] || *spec.not_found == '\0' || page.after != 0 || found.next_after != 0) continue;
    const int status = call.wire.protocol == aws::Protocol::ec2 || call.wire.service.name() == "elb" ||
                               call.wire.service.name() == "elbv2"
                           ? 400
                           : 404;
    return refusal(status, spec.not_found, fill(spec.not_found_text, ids[i]));
  }
  return found;
}

// "ServerlessList.NextToken" goes into the object of that name.
void put_token(JsonObject& answer, const std::string& path, Json value) {
  const auto dot = path.find('.');
  if (dot == std::string::npos) {
    answer[path] = std::move(value);
  } else {
    auto& inner = answer[path.substr(0, dot)];
    if (!inner.is_object()) inner = JsonObject{};
    inner.get_object()[path.substr(dot + 1)] = std::move(value);
  }
}

// Key pairs alone are asked for by names or by ids.
Status check_key_pair_ids(const Call& call, const JsonArray& rows) {
  const auto* ids = call.find("KeyPairIds");
  if (ids == nullptr || !ids->is_array()) return ok();
  for (const auto& id : ids->get_array()) {
    const bool there = std::any_of(rows.begin(), rows.end(), [&](const Json& row) {
      return member_text(row, "KeyPairId") == as_text(id);
    });
    if (!there)
      return refusal(400, "InvalidKeyPair.NotFound",
                     "The key pair ID '" + std::string(as_text(id)) + "' does not exist");
  }
  return ok();
}

}  // namespace

Result<Json> answer_list(const Call& call, const ListSpec& spec) {
  HM_DO(check_filters(call, spec.collection));
  HM_TRY(auto page, read_page(call, spec));
  if (call.wire.operation.name() == "DescribeInstances" && call.find("MaxResults") &&
      call.find("InstanceIds")) {
    return refusal(400, "InvalidParameterCombination",
                   "The parameter instancesSet cannot be used with the parameter maxResults");
  }
  HM_TRY(auto found,
         in_place(call, spec.global, [&](Place& place) { return collect(call, spec, page, place); }));
  if (call.wire.operation.name() == "DescribeKeyPairs") HM_DO(check_key_pair_ids(call, found.rows));
  JsonObject answer;
  answer[spec.output] = std::move(found.rows);
  if (!page.output_token.empty() && found.next_after != 0) {
    put_token(answer, page.output_token, Json(make_token(call, found.next_after)));
  }
  if (!page.more.empty()) answer[page.more] = found.next_after != 0;
  return Json(std::move(answer));
}

}  // namespace hm::sim
