// Real answers of real services, read with the embedded models.
#include <algorithm>

#include <fmt/format.h>

#include "aws/protocol.h"
#include "aws/quirks.h"
#include "document.h"
#include "models.h"
#include "suites.h"

namespace hm::conformance {

namespace {

namespace fs = std::filesystem;

std::string plain(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c != '-') result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

struct Named {
  aws::Service service;
  aws::Operation operation;
};

// "ec2-describe-instances" names a service and an operation; services have dashes in their names too.
std::optional<Named> find_operation(const std::string& stem) {
  for (size_t dash = stem.find('-'); dash != std::string::npos; dash = stem.find('-', dash + 1)) {
    const auto service = aws::find_service(stem.substr(0, dash));
    if (!service) continue;
    // Some names have more words than the operation: two answers of one.
    const std::string wanted = plain(stem.substr(dash + 1));
    std::optional<aws::Operation> best;
    for (const aws::Operation& operation : service->operations()) {
      if (wanted == plain(operation.name())) return Named{*service, operation};
      if (wanted.starts_with(plain(operation.name())) &&
          (!best || best->name().size() < operation.name().size())) {
        best = operation;
      }
    }
    if (best) return Named{*service, *best};
  }
  return std::nullopt;
}

std::string error_difference(const Error& error, const Json& expected) {
  const Json* wanted = member(expected, "Error");
  if (wanted == nullptr) return error.text();
  if (error.code != member_text(*wanted, "Code")) return "code is " + error.code;
  if (error.message != member_text(*wanted, "Message")) return "message is " + error.message;
  return {};
}

std::string difference(const Named& named, int status, const std::string& body, Json expected) {
  HttpResponse response;
  response.status = status;
  response.body = body;
  auto result = aws::parse(named.service, named.operation, std::move(response));
  if (result) aws::amend_document(named.service, named.operation, JsonObject(), {}, body, *result);
  if (!result) return error_difference(result.error(), expected);
  expected.get_object().erase("ResponseMetadata");
  const auto output = named.operation.output();
  if (!output) return same(*result, expected) ? std::string() : "the result is not empty";
  // Timestamps are compared as points in time, however they were written.
  const Json ours = result_for_vector(*output, *result);
  const Json theirs = result_for_vector(*output, expected);
  return same(ours, theirs) ? std::string()
                            : fmt::format("result is {}, not {}", to_json(ours), to_json(theirs));
}

void run_pair(const std::string& name, const fs::path& body_file, const fs::path& expected_file, int status,
              Report& report) {
  const auto named = find_operation(body_file.stem().string());
  const auto body = read_text(body_file.string());
  auto expected = read_json(expected_file.string());
  if (!named) return report.fail(name, "the models have no such operation");
  if (!body) return report.fail(name, body.error().text());
  if (!expected) return report.fail(name, expected.error().text());
  const std::string why = difference(*named, status, *body, *std::move(expected));
  if (why.empty()) {
    report.pass(name);
  } else {
    report.fail(name, why);
  }
}

std::vector<fs::path> bodies(const fs::path& folder, std::string_view extension) {
  std::vector<fs::path> result;
  if (!fs::is_directory(folder)) return result;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == extension) result.push_back(entry.path());
  }
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace

void run_response_parsing(const std::filesystem::path& dir, Report& report) {
  for (const auto& [folder, status] : {std::pair{"xml/responses", 200}, std::pair{"xml/errors", 400}}) {
    for (const fs::path& file : bodies(dir / folder, ".xml")) {
      const std::string name = fmt::format("{}/{}", folder, file.stem().string());
      run_pair(name, file, fs::path(file).replace_extension(".json"), status, report);
    }
  }
  for (const fs::path& file : bodies(dir / "json/errors", ".json")) {
    run_pair("json/errors/" + file.stem().string(), file, dir / "json/expected" / file.filename(), 400,
             report);
  }
}

}  // namespace hm::conformance
