#include <algorithm>
#include <array>

#include "aws/protocol_text.h"
#include "aws/quirks.h"
#include "base/encoding.h"

namespace hm::aws {

namespace {

struct Answer {
  const Json& asked;
  const HttpHeaders& headers;
  std::string_view body;
};

// Policies are answered as percent-encoded JSON in a text.
constexpr std::array<std::string_view, 3> kPolicyMembers = {"PolicyDocument", "AssumeRolePolicyDocument",
                                                            "Document"};

void decode_policies(Json& value) {
  if (auto* list = value.if_array()) {
    for (Json& item : *list) decode_policies(item);
  }
  auto* object = value.if_object();
  if (!object) return;
  for (auto& entry : *object) {
    const bool policy = std::find(kPolicyMembers.begin(), kPolicyMembers.end(),
                                  std::string_view(entry.key())) != kPolicyMembers.end();
    if (!policy || !entry.value().is_string()) {
      decode_policies(entry.value());
    } else if (auto decoded = parse_json(percent_decode(as_text(entry.value())))) {
      entry.value() = std::move(*decoded);
    }
  }
}

void decode_policies(const Answer&, Json& document) { decode_policies(document); }

// Valid UTF-8, with U+FFFD for what is none: a console prints any byte.
std::string with_replacements(std::string_view bytes) {
  std::string out;
  for (size_t at = 0; at < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[at]);
    const size_t length = lead < 0x80                   ? 1
                          : lead >= 0xC2 && lead < 0xE0 ? 2
                          : lead >= 0xE0 && lead < 0xF0 ? 3
                          : lead >= 0xF0 && lead < 0xF5 ? 4
                                                        : 0;
    size_t good = length == 0 ? 0 : 1;
    while (good > 0 && good < length && at + good < bytes.size() &&
           (static_cast<unsigned char>(bytes[at + good]) & 0xC0) == 0x80) {
      ++good;
    }
    if (length > 0 && good == length && is_utf8(bytes.substr(at, length))) {
      out.append(bytes.substr(at, length));
    } else {
      out += "\xEF\xBF\xBD";
    }
    at += std::max<size_t>(good, 1);
  }
  return out;
}

void decode_console(const Answer&, Json& document) {
  const std::string_view output = member_text(document, "Output");
  if (output.empty()) return;
  if (auto decoded = unbase64(output)) document.get_object()["Output"] = with_replacements(*decoded);
}

void decode_template(const Answer&, Json& document) {
  const std::string_view body = member_text(document, "TemplateBody");
  if (body.empty()) return;
  if (auto decoded = parse_json(body)) document.get_object()["TemplateBody"] = std::move(*decoded);
}

// The whole answer is one element with the region as its text; us-east-1 is nothing.
void read_bucket_location(const Answer& answer, Json& document) {
  Json region = nullptr;
  const auto end = answer.body.rfind("</");
  if (end != std::string_view::npos) {
    const auto start = answer.body.rfind('>', end);
    if (start != std::string_view::npos && end > start + 1) {
      region = std::string(answer.body.substr(start + 1, end - start - 1));
    }
  }
  if (!document.is_object()) document = JsonObject();
  document.get_object()["LocationConstraint"] = std::move(region);
}

// S3 encodes as forms do: a space is a plus, and a plus is "%2B".
void decode_at(JsonObject& object, std::string_view key) {
  if (Json* value = object.if_contains(key); value && value->is_string()) {
    std::string text(as_text(*value));
    std::replace(text.begin(), text.end(), '+', ' ');
    *value = percent_decode(text);
  }
}

// Undoes what ask_for_encoding() asked for, unless the caller wanted it.
void decode_keys(const Answer& answer, Json& document) {
  if (member(answer.asked, "EncodingType") || member_text(document, "EncodingType") != "url") return;
  JsonObject& object = document.get_object();
  for (const char* key :
       {"Delimiter", "Marker", "NextMarker", "KeyMarker", "NextKeyMarker", "StartAfter", "Prefix"}) {
    // ListObjects answers the caller's own prefix as it was given, and botocore leaves it so.
    const bool own_prefix = std::string_view(key) == "Prefix" && object.contains("Marker");
    if (!own_prefix) decode_at(object, key);
  }
  for (const char* list_key : {"Contents", "CommonPrefixes", "Versions", "DeleteMarkers"}) {
    Json* list = object.if_contains(list_key);
    if (!list || !list->is_array()) continue;
    for (Json& item : list->get_array()) {
      if (!item.is_object()) continue;
      decode_at(item.get_object(), std::string_view(list_key) == "CommonPrefixes" ? "Prefix" : "Key");
    }
  }
}

void keep_expires(const Answer& answer, Json& document) {
  const std::string* expires = answer.headers.find("Expires");
  if (expires && document.is_object()) document.get_object()["ExpiresString"] = *expires;
}

struct DocumentQuirk {
  std::string_view service;
  std::string_view operation;
  void (*amend)(const Answer& answer, Json& document);
};
constexpr DocumentQuirk kDocumentQuirks[] = {
    {"iam", "", decode_policies},
    {"ec2", "GetConsoleOutput", decode_console},
    {"cloudformation", "GetTemplate", decode_template},
    {"s3", "GetBucketLocation", read_bucket_location},
    {"s3", "ListObjects", decode_keys},
    {"s3", "ListObjectsV2", decode_keys},
    {"s3", "ListObjectVersions", decode_keys},
    {"s3", "GetObject", keep_expires},
    {"s3", "HeadObject", keep_expires},
};

// The name of the first element, "" where there is none.
std::string_view root_element(std::string_view xml) {
  for (size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at + 1)) {
    if (at + 1 < xml.size() && (xml[at + 1] == '?' || xml[at + 1] == '!')) continue;
    const auto end = xml.find_first_of(" \t\r\n/>", at + 1);
    return xml.substr(at + 1, end == std::string_view::npos ? end : end - at - 1);
  }
  return {};
}

}  // namespace

bool hides_error(const Service& service, const Operation& operation, const HttpResponse& response) {
  if (service.name() != "s3" || response.status != 200 || response.body.empty() || !operation.output()) {
    return false;
  }
  if (const std::string_view payload = operation.output()->payload(); !payload.empty()) {
    const auto member = operation.output()->find(payload);
    const ShapeKind kind = member ? member->shape().kind() : ShapeKind::structure;
    if (kind == ShapeKind::blob || kind == ShapeKind::string) return false;
  }
  return root_element(response.body) == "Error";
}

bool wants_body(const Service& service, const Operation& operation) {
  return service.name() == "s3" && operation.name() == "GetBucketLocation";
}

void amend_document(const Service& service, const Operation& operation, const Json& asked,
                    const HttpHeaders& headers, std::string_view body, Json& document) {
  for (const DocumentQuirk& quirk : kDocumentQuirks) {
    if (quirk.service != service.name()) continue;
    if (quirk.operation.empty() || quirk.operation == operation.name()) {
      quirk.amend({asked, headers, body}, document);
    }
  }
}

}  // namespace hm::aws
