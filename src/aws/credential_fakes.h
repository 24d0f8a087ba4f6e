// A machine and a network for the tests of credentials: variables and files in maps, answers in a queue.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "aws/shared_config.h"
#include "base/http_client.h"

namespace hm::aws {

struct FakeMachine {
  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> files;
  std::function<Result<std::string>(const std::vector<std::string>&)> run;

  // Refers to this object: what changes here is seen there.
  Environment environment() {
    Environment out;
    out.variable = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    out.read_file = [this](const std::string& path) -> Result<std::string> {
      const auto found = files.find(path);
      if (found == files.end()) return make_error(ErrorKind::not_found, "unreadable_file", "no " + path);
      return found->second;
    };
    out.write_file = [this](const std::string& path, std::string_view content) {
      files[path] = content;
      return ok();
    };
    out.run = [this](const std::vector<std::string>& arguments) { return run(arguments); };
    return out;
  }

  std::shared_ptr<const SharedConfig> config(const std::string& profile = {}) {
    auto loaded = SharedConfig::load(environment(), profile);
    return loaded.has_value() ? *loaded : nullptr;
  }
};

// Answers each request by asking `answer`, and remembers it.
class FakeNetwork final : public HttpTransport {
 public:
  using Answer = std::function<Result<HttpResponse>(const HttpRequest&)>;
  explicit FakeNetwork(Answer answer) : answer_(std::move(answer)) {}

  void start(HttpRequest request, Done done) override {
    {
      std::lock_guard lock(mutex_);
      requests.push_back(request);
    }
    done(answer_(request));
  }

  std::vector<HttpRequest> requests;

 private:
  std::mutex mutex_;
  Answer answer_;
};

inline HttpResponse reply(int status, std::string body) {
  HttpResponse out;
  out.status = status;
  out.body = std::move(body);
  return out;
}

inline Error unreachable() { return make_error(ErrorKind::unavailable, "no_connection", "no route"); }

// What STS answers to AssumeRole.
inline std::string sts_answer(const std::string& key, const std::string& expires) {
  return "<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::222222222222:assumed-role/"
         "r/s"
         "</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser><Credentials><AccessKeyId>" +
         key + "</AccessKeyId><SecretAccessKey>secret-" + key +
         "</SecretAccessKey><SessionToken>token</SessionToken><Expiration>" + expires +
         "</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
}

}  // namespace hm::aws
