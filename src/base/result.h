// What the world does wrong is a value: Result<T> is a T or an Error, and must be looked at.
//
// An Error is made where the failure is noticed and gains context on the way up, outermost last:
//
//   HM_TRY(auto page, client.call("ec2", "DescribeVolumes", params, target)
//                         .context("listing volumes of 111111111111 in eu-west-1"));
//
// Messages are for people and never hold a secret.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace hm {

// What a caller can do about a failure. The finer reason is Error::code.
enum class ErrorKind {
  invalid,      // the input is wrong: mend it, never retry
  denied,       // not allowed: a permission or a credential is missing
  not_found,    // it does not exist
  conflict,     // it exists already, or changed meanwhile
  throttled,    // too fast: later
  timeout,      // no answer in time
  unavailable,  // not reachable, or answers that it cannot serve now
  exhausted,    // one of our own limits or budgets
  corrupt,      // data that cannot be what it claims to be
  cancelled,    // the program is stopping or the user gave up
  internal,     // the other side's bug, or ours where stopping would be worse
};

std::string_view to_string(ErrorKind kind);

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string code;                          // stable, for machines; AWS's own code where AWS answered
  std::string message;                       // one sentence for a person
  std::vector<std::string> trace;            // what was being done, innermost first
  std::map<std::string, std::string> notes;  // facts worth showing: request_id, http_status, operation...

  // "listing volumes of 1111: UnauthorizedOperation: You are not authorized…"
  std::string text() const;
  Error context(std::string doing) &&;
  Error note(std::string key, std::string value) &&;
};

Error make_error(ErrorKind kind, std::string code, std::string message);

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
  // A failure converts to a Result of any type.
  Result(Error error) : tl::expected<T, Error>(tl::unexpect, std::move(error)) {}

  Result context(std::string doing) && {
    if (!this->has_value()) this->error().trace.push_back(std::move(doing));
    return std::move(*this);
  }
};

// The Result of something that only succeeds or fails: `return ok();`.
using Status = Result<void>;
inline Status ok() { return Status(); }

}  // namespace hm

#define HM_CONCAT_(a, b) a##b
#define HM_CONCAT(a, b) HM_CONCAT_(a, b)
#define HM_TRY_(result, declaration, ...)                    \
  auto result = (__VA_ARGS__);                               \
  if (!result.has_value()) return std::move(result.error()); \
  declaration = std::move(*result)

// HM_TRY(auto x, f()): the value of f(), or return its error from here.
#define HM_TRY(declaration, ...) HM_TRY_(HM_CONCAT(hm_try_, __LINE__), declaration, __VA_ARGS__)

// HM_DO(f()): go on if the Status is ok, else return its error from here.
#define HM_DO(...)                                                                       \
  do {                                                                                   \
    if (auto hm_do = (__VA_ARGS__); !hm_do.has_value()) return std::move(hm_do.error()); \
  } while (false)
