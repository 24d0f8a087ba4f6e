// What the user has set for AWS outside of our own configuration: environment variables and the chosen
// profile, in AWS's order of precedence.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/environment.h"
#include "aws/profile.h"
#include "base/result.h"

namespace hm::aws {

// A snapshot: the files are read once. Immutable and thread-safe.
class SharedConfig {
 public:
  // `profile` is the one that was asked for by name; empty: AWS_PROFILE, AWS_DEFAULT_PROFILE, "default". A
  // profile that was asked for, either way, and does not exist is an error of kind not_found, code
  // "profile_not_found", with the note "profile". A missing file is an empty one.
  static Result<std::shared_ptr<const SharedConfig>> load(Environment environment, std::string profile = {});

  const Environment& environment() const { return environment_; }
  const Profiles& profiles() const { return profiles_; }
  const std::string& profile_name() const { return profile_name_; }
  // Named by the user of this program, not by a variable: variables then give no credentials.
  bool profile_is_explicit() const { return explicit_; }
  // The chosen profile; empty where there is none.
  const ProfileSection& profile() const;

  // The variable, else the profile's property, else empty.
  std::string setting(const std::string& variable, std::string_view property_name) const;
  // As setting(), read as true or false; none where it is not set or is neither.
  std::optional<bool> flag(const std::string& variable, std::string_view property_name) const;

  std::string region() const;  // AWS_REGION, AWS_DEFAULT_REGION, the profile's region; else empty
  // AWS_CA_BUNDLE or ca_bundle: the file with the certificates that AWS's are checked against; empty: the
  // system's.
  std::string ca_bundle() const;
  bool use_fips() const;
  bool use_dualstack() const;
  // AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, the profile's services section, the profile's endpoint_url;
  // else empty. `service_id` is the model's ("S3", "Cost Explorer"). What was given to this program by flag
  // stands above all.
  std::string endpoint_url(std::string_view service_id) const;

 private:
  SharedConfig() = default;
  Environment environment_;
  Profiles profiles_;
  std::string profile_name_;
  bool explicit_ = false;
};

// "~/x" with the home directory of the environment put in.
std::string expand_home(const Environment& environment, std::string_view path);

}  // namespace hm::aws
