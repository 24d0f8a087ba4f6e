#include "collect/details.h"

#include <algorithm>

#include "collect/paths.h"

namespace hm::collect {

namespace {

using catalog::Detail;

void gather_names(const Json& value, std::vector<std::string>& out) {
  if (value.is_string()) {
    auto names = catalog::placeholders(as_text(value));
    if (names) out.insert(out.end(), names->begin(), names->end());
  } else if (const auto* object = value.if_object()) {
    for (const auto& one : *object) gather_names(one.value(), out);
  } else if (const auto* array = value.if_array()) {
    for (const auto& one : *array) gather_names(one, out);
  }
}

bool needs(const Detail& detail, const std::string& part) {
  if (detail.each && reads_part(*detail.each, part)) return true;
  if (detail.when && reads_part(detail.when->path, part)) return true;
  std::vector<std::string> names;
  gather_names(detail.call.params, names);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    auto path = JsonPath::parse(catalog::path_in(name));
    return path && !catalog::is_fact(name) && reads_part(*path, part);
  });
}

bool means_none(const Detail& detail, const Error& error) {
  return std::find(detail.absent.begin(), detail.absent.end(), error.code) != detail.absent.end();
}

// Who was refused as a person lacks no permission: other credentials are needed, or the region is not
// enabled.
bool is_about_credentials(const Error& error) {
  static constexpr std::string_view kCodes[] = {"AuthFailure",
                                                "InvalidClientTokenId",
                                                "UnrecognizedClientException",
                                                "InvalidAccessKeyId",
                                                "InvalidToken",
                                                "ExpiredToken",
                                                "ExpiredTokenException",
                                                "RequestExpired",
                                                "SignatureDoesNotMatch",
                                                "InvalidSignatureException",
                                                "OptInRequired",
                                                "no_credentials"};
  return std::find(std::begin(kCodes), std::end(kCodes), error.code) != std::end(kCodes);
}

class DetailReader {
 public:
  DetailReader(const Tools& tools, const SweepContext& context,
               const std::vector<std::vector<size_t>>& dependencies, const PartsRead& read_before,
               inventory::Observed& item, std::atomic<int64_t>& calls)
      : tools_(tools),
        context_(context),
        dependencies_(dependencies),
        read_before_(read_before),
        item_(item),
        calls_(calls) {}

  PartsRead read_all() {
    const auto& details = context_.type.details;
    for (const auto& detail : details) item_.document.as_object().erase(detail.into);
    PartsRead now;
    if (has_slow_details(context_.type)) now.fingerprint = fingerprint_of(context_.type, item_.document);
    const std::vector<bool> due = due_details(now.fingerprint != read_before_.fingerprint);
    for (size_t i = 0; i < details.size(); ++i) {
      if (due[i]) {
        read(details[i], dependencies_[i]);
      } else {
        item_.read_at[details[i].into] = read_before_.read_at.at(details[i].into);
      }
    }
    now.read_at = item_.read_at;
    // One that failed is due again, however old the value is that it keeps.
    for (const auto& [part, error] : item_.unknown) now.read_at.erase(part);
    return now;
  }

 private:
  std::vector<bool> due_details(bool changed) const {
    const auto& details = context_.type.details;
    std::vector<bool> due(details.size());
    for (size_t i = 0; i < details.size(); ++i) {
      const auto before = read_before_.read_at.find(details[i].into);
      due[i] = changed || details[i].refresh.count() == 0 || before == read_before_.read_at.end() ||
               context_.started - before->second >= details[i].refresh;
    }
    // What a due one builds on must be read with it.
    for (size_t i = details.size(); i-- > 0;) {
      if (!due[i]) continue;
      for (const size_t needed : dependencies_[i]) due[needed] = true;
    }
    return due;
  }

  void read(const Detail& detail, const std::vector<size_t>& needed) {
    for (const size_t i : needed) {
      const auto failed = item_.unknown.find(context_.type.details[i].into);
      if (failed != item_.unknown.end()) return fail(detail, failed->second);
    }
    auto value = ask(detail);
    if (!value) return fail(detail, std::move(value.error()));
    item_.document.as_object()[detail.into] = std::move(*value);
    tools_.redactor.apply(context_.type, detail.into, item_.document);
    if (detail.refresh.count() != 0) item_.read_at[detail.into] = context_.started;
  }

  void fail(const Detail& detail, Error error) {
    item_.unknown.insert_or_assign(detail.into, std::move(error));
    const auto before = read_before_.read_at.find(detail.into);
    if (before != read_before_.read_at.end()) item_.read_at[detail.into] = before->second;
  }

  Result<Json> ask(const Detail& detail) {
    if (detail.when && !detail.when->holds(item_.document)) return Json();
    catalog::Facts facts = facts_of(context_.origin);
    facts["key"] = item_.id;
    if (!detail.each) {
      auto answer = call(detail, facts);
      if (!answer && means_none(detail, answer.error())) return Json();
      return answer;
    }
    const Json values = detail.each->eval(item_.document);
    JsonArray answers;
    if (!values.is_array()) return Json(std::move(answers));
    if (values.get_array().size() > kMaxEach)
      return make_error(ErrorKind::exhausted, "too_many_calls",
                        "the item would need " + std::to_string(values.get_array().size()) + " calls for '" +
                            detail.into + "'; " + std::to_string(kMaxEach) + " is the limit");
    for (const auto& value : values.get_array()) {
      facts["each"] = value;
      auto answer = call(detail, facts);
      if (answer) {
        answers.push_back(std::move(*answer));
      } else if (!means_none(detail, answer.error())) {
        return std::move(answer.error());
      }
    }
    return Json(std::move(answers));
  }

  Result<Json> call(const Detail& detail, const catalog::Facts& facts) {
    HM_TRY(auto params, catalog::fill(detail.call.params, item_.document, facts));
    std::string region = region_of(context_.type, item_.document);
    if (region.empty()) region = context_.target.region;
    HM_TRY(auto answer, make_call(tools_, context_, detail.call, std::move(params), region, calls_));
    if (detail.take) answer = detail.take->take(std::move(answer));
    if (detail.keep.empty() || !answer.is_object()) return answer;
    JsonObject kept;
    for (const auto& name : detail.keep) {
      if (auto* value = answer.get_object().if_contains(name)) kept[name] = std::move(*value);
    }
    return Json(std::move(kept));
  }

  const Tools& tools_;
  const SweepContext& context_;
  const std::vector<std::vector<size_t>>& dependencies_;
  const PartsRead& read_before_;
  inventory::Observed& item_;
  std::atomic<int64_t>& calls_;
};

}  // namespace

aws::CallOptions call_options(std::stop_token stop) {
  aws::CallOptions options;
  options.stop = std::move(stop);
  return options;
}

Status have_credentials(const SweepContext& context) {
  if (!context.target.credentials) return ok();
  HM_TRY([[maybe_unused]] auto credentials, context.target.credentials->get());
  return ok();
}

std::string reached_as(const SweepContext& context, const std::string& region) {
  return region == context.target.region ? context.origin.region : region;
}

bool is_by_chance(const Error& error) {
  if (is_passed_by(error)) return false;
  if (error.kind == ErrorKind::throttled || error.kind == ErrorKind::unavailable) return true;
  const auto status = error.notes.find("http_status");
  return error.kind == ErrorKind::internal && status != error.notes.end() && status->second.starts_with('5');
}

Error explain(Error error, const catalog::Call& call) {
  if (error.kind != ErrorKind::denied || call.permissions.empty() || is_about_credentials(error))
    return error;
  std::string permissions;
  for (const auto& one : call.permissions) permissions += (permissions.empty() ? "" : ", ") + one;
  return std::move(error).note("missing_permission", permissions);
}

Result<Json> make_call(const Tools& tools, const SweepContext& context, const catalog::Call& call,
                       Json params, const std::string& region, std::atomic<int64_t>& calls) {
  const auto permit = tools.limits.acquire(context.origin.account_id, region, call.service, context.stop);
  if (!permit) return make_error(ErrorKind::cancelled, "stopped", "the program is stopping");
  HM_DO(have_credentials(context));
  aws::Target target = context.target;
  target.region = region;
  const std::string place = reached_as(context, region);
  const auto ask = [&] {
    return tools.reachability.call(place, call.service, place != context.origin.region,
                                   call_options(context.stop), [&](const aws::CallOptions& options) {
                                     ++calls;
                                     return tools.client.call_all(call.service, call.operation, params,
                                                                  target, options);
                                   });
  };
  auto answer = ask();
  for (int round = 1; round < kRounds && !answer && is_by_chance(answer.error()); ++round) {
    auto again = ask();
    // Why it was not reached says more than that it was not asked.
    if (!again && is_passed_by(again.error())) break;
    answer = std::move(again);
  }
  if (!answer) return explain(std::move(answer.error()), call);
  return answer;
}

std::vector<std::vector<size_t>> dependencies_of(const catalog::ResourceType& type) {
  std::vector<std::vector<size_t>> out(type.details.size());
  for (size_t i = 0; i < type.details.size(); ++i) {
    for (size_t before = 0; before < i; ++before) {
      if (needs(type.details[i], type.details[before].into)) out[i].push_back(before);
    }
  }
  return out;
}

std::string fingerprint_of(const catalog::ResourceType& type, const Json& document) {
  Json rest = document;
  if (rest.is_object())
    for (const auto& detail : type.details) rest.get_object().erase(detail.into);
  return hash_of(type, rest);
}

bool has_slow_details(const catalog::ResourceType& type) {
  return std::any_of(type.details.begin(), type.details.end(),
                     [](const Detail& detail) { return detail.refresh.count() != 0; });
}

PartsRead read_details(const Tools& tools, const SweepContext& context,
                       const std::vector<std::vector<size_t>>& dependencies, const PartsRead& read_before,
                       inventory::Observed& item, std::atomic<int64_t>& calls) {
  return DetailReader(tools, context, dependencies, read_before, item, calls).read_all();
}

}  // namespace hm::collect
