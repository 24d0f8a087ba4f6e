#include "cli/aws_print.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <iterator>

namespace hm::cli {

namespace {

// Python's repr(): the shortest digits that read back, with an exponent below -4 and from 16.
std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  char buffer[64];
  const auto scientific = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string text(buffer, scientific.ptr);
  const auto e = text.find('e');
  const int exponent = std::atoi(text.c_str() + e + 1);
  if (exponent < -4 || exponent >= 16) return text;
  const auto fixed = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
  std::string out(buffer, fixed.ptr);
  if (out.find('.') == std::string::npos) out += ".0";
  return out;
}

void append(std::string& out, const Json& value, size_t depth) {
  const auto line = [&](size_t indent) { out.append("\n").append(indent * 4, ' '); };
  if (const auto* object = value.if_object(); object && !object->empty()) {
    out += '{';
    bool first = true;
    for (const auto& entry : *object) {
      if (!first) out += ',';
      first = false;
      line(depth + 1);
      out += to_json(Json(entry.key())) + ": ";
      append(out, entry.value(), depth + 1);
    }
    line(depth);
    out += '}';
  } else if (const auto* list = value.if_array(); list && !list->empty()) {
    out += '[';
    bool first = true;
    for (const Json& item : *list) {
      if (!first) out += ',';
      first = false;
      line(depth + 1);
      append(out, item, depth + 1);
    }
    line(depth);
    out += ']';
  } else if (const auto* number = value.if_double()) {
    out += number_text(*number);
  } else {
    out += to_json(value);
  }
}

std::string note(const Error& error, const std::string& key) {
  const auto found = error.notes.find(key);
  return found == error.notes.end() ? std::string() : found->second;
}

bool names_proxy() {
  constexpr const char* kVariables[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
  return std::any_of(std::begin(kVariables), std::end(kVariables), [](const char* name) {
    const char* value = std::getenv(name);
    return value && *value;
  });
}

}  // namespace

std::string aws_document_text(const Json& document) {
  if (document.is_null() || (document.is_object() && document.get_object().empty())) return {};
  std::string out;
  append(out, document, 0);
  return out + "\n";
}

std::string aws_error_text(const Error& error) {
  if (!note(error, "http_status").empty()) {
    std::string retried = note(error, "retries");
    if (!retried.empty()) retried = " (reached max retries: " + retried + ")";
    return "\nAn error occurred (" + error.code + ") when calling the " + note(error, "operation") +
           " operation" + retried + ": " + error.message + "\n";
  }
  if (error.code == "no_credentials") {
    return "\nUnable to locate credentials. You can configure credentials by running \"aws configure\".\n";
  }
  if (error.code == "no_region") {
    return "\nYou must specify a region. You can also configure your region by running \"aws configure\".\n";
  }
  if (error.code == "profile_not_found") {
    return "\nThe config profile (" + note(error, "profile") + ") could not be found\n";
  }
  if (error.code == "usage") {
    return "usage: hostmaster aws <service> <operation> [parameters]\nTo see what it takes:\n\n  hostmaster "
           "help aws\n\nhostmaster aws: error: " +
           error.message + "\n";
  }
  if (const std::string url = note(error, "endpoint"); !url.empty()) {
    if (error.code == "connection_failed" || error.code == "unresolved_host" ||
        error.code == "connect_timeout") {
      // Which of the two did not answer, the transport's words say.
      const std::string why =
          names_proxy() ? "A proxy is set in the environment. " + error.message + "\n" : "";
      return "\nCould not connect to the endpoint URL: \"" + url + "\"\n" + why;
    }
    if (error.code == "read_timeout") return "\nRead timeout on endpoint URL: \"" + url + "\"\n";
    if (error.code == "connection_closed") {
      return "\nConnection was closed before we received a valid response from endpoint URL: \"" + url +
             "\".\n";
    }
  }
  if (error.code == "repeated_token") return "\nError during pagination: " + error.message + "\n";
  return "\n" + error.message + "\n";
}

int aws_exit_code(const Error& error) {
  if (!note(error, "http_status").empty()) return kAwsExitService;
  for (const char* code :
       {"usage", "ParamError", "ParamValidation", "unknown_service", "unknown_operation"}) {
    if (error.code == code) return kAwsExitUsage;
  }
  if (error.code == "no_credentials" || error.code == "no_region") return kAwsExitConfiguration;
  return kAwsExitGeneral;
}

}  // namespace hm::cli
