#include <algorithm>

#include "aws/sigv4.h"
#include "suites.h"
#include "vectors.h"

namespace hm::conformance {

namespace {

using aws::Credentials;
using aws::Signer;
using aws::Signing;
using aws::SigningStages;

std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// "GET /path HTTP/1.1", header lines (indented ones continue the one before), an empty line, the body.
HttpRequest parse_request(std::string_view text) {
  HttpRequest out;
  const std::string_view first = take_line(text);
  const auto path = first.find(' ') + 1;
  out.method = first.substr(0, path - 1);
  const std::string target(first.substr(path, first.rfind(" HTTP/") - path));
  std::vector<std::pair<std::string, std::string>> fields;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty()) break;
    const auto colon = line.find(':');
    if (line.front() == ' ' || colon == std::string_view::npos) {
      fields.back().second.append("\n").append(line);
    } else {
      fields.emplace_back(line.substr(0, colon), line.substr(colon + 1));
    }
  }
  for (auto& [name, value] : fields) out.headers.add(std::move(name), std::move(value));
  out.body = text;
  out.url = "https://" + std::string(out.headers.get("Host")) + target;
  return out;
}

std::string without_end(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  std::erase(text, '\r');
  return text;
}

Credentials example_keys() {
  Credentials out;
  out.access_key_id = "AKIDEXAMPLE";
  out.secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  return out;
}

void run_vector(const Path& folder, Report& report) {
  const std::string name = folder.filename().string();
  const auto part = [&](const char* ending) { return without_end(read(folder / (name + ending))); };
  HttpRequest request = parse_request(read(folder / (name + ".req")));
  Signing signing;
  signing.service = "service";
  signing.region = "us-east-1";
  signing.time = *parse_iso("2015-08-30T12:36:00Z");
  Credentials keys = example_keys();
  // The token is told only by the signed request, and one vector adds it after signing.
  keys.session_token = parse_request(read(folder / (name + ".sreq"))).headers.get("X-Amz-Security-Token");
  signing.sign_session_token = name != "post-sts-header-after";
  const SigningStages stages = Signer().sign(request, keys, signing);
  compare(report, name,
          stages.canonical_request + "\n\n" + stages.string_to_sign + "\n\n" +
              std::string(request.headers.get("Authorization")),
          part(".creq") + "\n\n" + part(".sts") + "\n\n" + part(".authz"));
}

struct Context {
  Credentials keys;
  Signing signing;
  bool sign_body = false;
  std::chrono::seconds expires{0};
};

Result<Context> parse_context(const Path& file) {
  HM_TRY(const Json document, read_document(file));
  const auto flag = [&](const char* name) {
    const Json* value = member(document, name);
    return value && value->is_bool() && value->get_bool();
  };
  Context out;
  const Json& keys = *member(document, "credentials");
  out.keys.access_key_id = member_text(keys, "access_key_id");
  out.keys.secret_access_key = member_text(keys, "secret_access_key");
  out.keys.session_token = member_text(keys, "token");
  out.signing.service = member_text(document, "service");
  out.signing.region = member_text(document, "region");
  HM_TRY(out.signing.time, parse_iso(member_text(document, "timestamp")));
  out.signing.double_encode = flag("normalize");
  out.signing.sign_session_token = !flag("omit_session_token");
  out.sign_body = flag("sign_body");
  out.expires = std::chrono::seconds(member(document, "expiration_in_seconds")->get_int64());
  return out;
}

std::string joined(const SigningStages& stages) {
  return stages.canonical_request + "\n\n" + stages.string_to_sign + "\n\n" + stages.signature;
}

std::string expected(const Path& folder, const std::string& form) {
  const auto part = [&](const char* ending) { return without_end(read(folder / (form + ending))); };
  return part("-canonical-request.txt") + "\n\n" + part("-string-to-sign.txt") + "\n\n" +
         part("-signature.txt");
}

}  // namespace

void run_botocore_sigv4(const Path& root, Report& report) {
  std::vector<Path> folders = entries(root / "botocore" / "aws4_testsuite");
  for (size_t i = 0; i < folders.size(); ++i) {
    if (!std::filesystem::is_directory(folders[i])) continue;
    const std::string name = folders[i].filename().string();
    if (std::filesystem::exists(folders[i] / (name + ".req"))) {
      run_vector(folders[i], report);
      continue;
    }
    const std::vector<Path> inner = entries(folders[i]);
    folders.insert(folders.end(), inner.begin(), inner.end());
  }
}

void run_aws_c_auth(const Path& root, Report& report) {
  for (const Path& folder : entries(root / "aws-c-auth" / "v4")) {
    const std::string name = folder.filename().string();
    Result<Context> context = parse_context(folder / "context.json");
    if (!context.has_value()) {
      report.fail(name, context.error().text());
      continue;
    }
    const HttpRequest original = parse_request(read(folder / "request.txt"));
    HttpRequest by_header = original;
    HttpRequest by_query = original;
    Signing signing = context->signing;
    const SigningStages query = Signer().presign(by_query, context->keys, signing, context->expires);
    signing.content_sha256_header = context->sign_body;
    const SigningStages header = Signer().sign(by_header, context->keys, signing);
    compare(report, name, joined(header) + "\n\n" + joined(query),
            expected(folder, "header") + "\n\n" + expected(folder, "query"));
  }
}

}  // namespace hm::conformance
