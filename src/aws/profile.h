// The files ~/.aws/config and ~/.aws/credentials: profiles, sso-sessions and services sections. Pure parsing.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hm::aws {

// Property to value; names are in lower case. A nested block ("s3 =" with indented lines below) is one value
// that begins with a line break: see sub_properties().
using ProfileSection = std::map<std::string, std::string, std::less<>>;
using ProfileSections = std::map<std::string, ProfileSection, std::less<>>;

struct Profiles {
  ProfileSections profiles;  // of both files
  ProfileSections
      secrets;  // of the credentials file alone: keys there stand above a process, in the other below
  ProfileSections sso_sessions;
  ProfileSections services;

  // nullptr where there is no such section.
  static const ProfileSection* find(const ProfileSections& sections, std::string_view name);
};

// Reads both files and merges them: a property of the credentials file wins over the same one of the
// configuration. What AWS's tools ignore (sections of unknown kinds, names with forbidden characters) is
// ignored. Errors have code "bad_profile_file", name the file and line, and carry the note "fault":
// unclosed_section, no_section, no_name, no_equals_sign or stray_continuation. They never quote a value.
Result<Profiles> parse_profiles(std::string_view config, std::string_view credentials,
                                std::string_view config_name = "the configuration file",
                                std::string_view credentials_name = "the credentials file");

// The lines "name = value" of a nested block; names are in lower case.
ProfileSection sub_properties(std::string_view block);

// The property's value, or an empty one.
std::string_view property(const ProfileSection& section, std::string_view name);

}  // namespace hm::aws
