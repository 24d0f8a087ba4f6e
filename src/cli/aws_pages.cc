#include "cli/aws_pages.h"

#include "aws/paging.h"
#include "base/encoding.h"

namespace hm::cli {

namespace {

constexpr const char* kCut = "boto_truncate_amount";  // the AWS CLI's name, so that tokens are exchangeable
constexpr const char* kEnough = "enough_items";

// JSON with a space behind each comma and colon: tokens are compared as texts.
std::string spaced_json(const Json& value) {
  if (const auto* object = value.if_object()) {
    std::string out = "{";
    for (const auto& entry : *object) {
      if (out.size() > 1) out += ", ";
      out += to_json(Json(entry.key())) + ": " + spaced_json(entry.value());
    }
    return out + "}";
  }
  return to_json(value);
}

class Pages {
 public:
  Pages(const aws::PagePlan& plan, const AwsPaging& paging, JsonObject tokens, int64_t cut)
      : plan_(plan), paging_(paging), tokens_(std::move(tokens)), cut_(cut), merge_(plan) {}

  Status add(Json page) {
    const auto key = plan_.result_keys.empty() ? nullptr : &plan_.result_keys.front();
    if (first_ && cut_ > 0 && key && page.is_object()) skip(page.get_object(), *key);
    JsonObject next = next_tokens(page);
    const Json items = key ? key->eval(page) : Json();
    const auto* list = items.if_array();
    const int64_t count = list ? static_cast<int64_t>(list->size()) : 0;
    const int64_t over = paging_.max_items ? seen_ + count - *paging_.max_items : 0;
    if (over > 0) {
      JsonArray kept(list->begin(), list->begin() + (count - over));
      tokens_[kCut] = count - over + (first_ ? cut_ : 0);
      resume_ = tokens_;
      aws::set_at(page.get_object(), *key, std::move(kept));
    }
    merge_.add(std::move(page));
    first_ = false;
    if (over > 0) return make_error(ErrorKind::exhausted, kEnough, "enough");
    seen_ += count;
    if (paging_.max_items && seen_ == *paging_.max_items && !next.empty()) {
      resume_ = std::move(next);
      return make_error(ErrorKind::exhausted, kEnough, "enough");
    }
    tokens_ = std::move(next);
    return ok();
  }

  Json take() {
    Json document = merge_.take();
    if (!resume_.empty()) document.get_object()["NextToken"] = encode_page_token(resume_);
    return document;
  }

 private:
  // What the last command printed of its cut page already.
  void skip(JsonObject& page, const JsonPath& key) {
    const Json items = key.eval(page);
    if (const auto* list = items.if_array()) {
      const size_t from = std::min(static_cast<size_t>(cut_), list->size());
      aws::set_at(page, key, JsonArray(list->begin() + static_cast<std::ptrdiff_t>(from), list->end()));
    }
    for (size_t i = 1; i < plan_.result_keys.size(); ++i) {
      const Json other = plan_.result_keys[i].eval(page);
      if (other.is_array()) aws::set_at(page, plan_.result_keys[i], JsonArray());
      if (other.is_string()) aws::set_at(page, plan_.result_keys[i], "");
    }
  }

  JsonObject next_tokens(const Json& page) const {
    JsonObject next;
    bool any = false;
    if (plan_.more_results) {
      const Json more = plan_.more_results->eval(page);
      if (more.is_null() || (more.is_bool() && !more.get_bool())) return next;
    }
    for (size_t i = 0; i < plan_.input_tokens.size(); ++i) {
      Json token = plan_.output_tokens[i].eval(page);
      if (token.is_string() && token.get_string().empty()) token = nullptr;
      any = any || !token.is_null();
      next[plan_.input_tokens[i]] = std::move(token);
    }
    return any ? next : JsonObject();
  }

  const aws::PagePlan& plan_;
  const AwsPaging& paging_;
  JsonObject tokens_;  // those that the page at hand was asked for with
  const int64_t cut_;
  aws::PageMerge merge_;
  JsonObject resume_;
  int64_t seen_ = 0;
  bool first_ = true;
};

}  // namespace

std::string encode_page_token(const JsonObject& tokens) { return base64(spaced_json(tokens)); }

Json decode_page_token(std::string_view text, const std::string& only_member) {
  if (auto bytes = unbase64(text)) {
    if (auto tokens = parse_json(*bytes); tokens && tokens->is_object()) return *tokens;
  }
  return JsonObject{{only_member, text}};  // a token of the service's own
}

Result<Json> call_as_pages(aws::Client& client, const AwsCommand& command, const aws::Target& target,
                           const aws::CallOptions& options) {
  HM_TRY(const auto plan, aws::page_plan(command.service, command.operation));
  if (!plan)
    return client.call(command.service.name(), command.operation.name(), command.params, target, options);
  Json params = command.params;
  JsonObject tokens;
  for (const std::string& name : plan->input_tokens) tokens[name] = nullptr;
  int64_t cut = 0;
  if (!command.paging.starting_token.empty()) {
    const Json given = decode_page_token(command.paging.starting_token, plan->input_tokens.front());
    for (const auto& entry : given.get_object()) {
      if (entry.key() == kCut) {
        cut = entry.value().is_int64() ? entry.value().get_int64() : 0;
        continue;
      }
      tokens[entry.key()] = entry.value();
      if (!entry.value().is_null()) params.get_object()[entry.key()] = entry.value();
    }
  }
  if (command.paging.page_size && !plan->limit_key.empty()) {
    const auto input = command.operation.input();
    const auto limit = input ? input->find(plan->limit_key) : std::nullopt;
    // Some services count in texts (Route 53's MaxItems).
    const bool as_text = limit && limit->shape().kind() == aws::ShapeKind::string;
    params.get_object()[plan->limit_key] =
        as_text ? Json(std::to_string(*command.paging.page_size)) : Json(*command.paging.page_size);
  }
  Pages pages(*plan, command.paging, std::move(tokens), cut);
  auto done = client.pages(
      command.service.name(), command.operation.name(), params, target,
      [&](Json page) { return pages.add(std::move(page)); }, options);
  if (!done && done.error().code != kEnough) return std::move(done.error());
  return pages.take();
}

}  // namespace hm::cli
