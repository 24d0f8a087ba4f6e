// The composition root: everything is made here, wired by references, started and stopped in order. Tests run
// the whole program through it, in one process.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/config.h"
#include "base/time.h"

namespace hm::app {

class App {
 public:
  // Opens the store, starts the roles and listens. Failures are one clear line: "address_in_use",
  // "bad_certificate", "corrupt_file", "bad_secret_key"… The clock outlives it.
  static Result<std::unique_ptr<App>> start(Config config, Clock& clock);
  // Stops accepting, lets requests end, gives up calls to AWS.
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  uint16_t port() const;
  std::string url() const;
  // The one-time link for the first administrator, where there is no user yet.
  Result<std::optional<std::string>> setup_link();

  struct Parts;
  // For tests.
  Parts& parts() { return *parts_; }

 private:
  explicit App(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace hm::app
