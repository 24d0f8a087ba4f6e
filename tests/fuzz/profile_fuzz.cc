#include "aws/process_credentials.h"
#include "aws/profile_chain.h"
#include "fuzz.h"

using namespace hm;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input = fuzz::text(data, size);
  const std::string_view half = input.substr(0, size / 2);
  const auto profiles = aws::parse_profiles(input, half);
  if (!profiles.has_value()) {
    HM_CHECK(profiles.error().notes.contains("fault"));
    return 0;
  }
  for (const auto& [name, section] : profiles->profiles) {
    const auto chain = aws::resolve_profile_chain(*profiles, name);
    HM_CHECK(chain.has_value() ? chain->roles.size() <= 16 : !chain.error().code.empty());
    for (const auto& [key, value] : section) static_cast<void>(aws::sub_properties(value));
    const auto words = aws::split_command(aws::property(section, "credential_process"));
    HM_CHECK(!words.has_value() || !words->empty());
  }
  return 0;
}

std::vector<std::string> fuzz::seeds() {
  return {
      "[default]\nregion = eu-west-1\n[profile a]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = b\n"
      "[profile b]\naws_access_key_id = A\naws_secret_access_key = s\n",
      "[profile a]\nsource_profile = a\nrole_arn = r\n[profile default]\ns3 =\n  addressing_style = path\n  "
      "x = y\n",
      "[profile s]\nsso_session = x\nsso_account_id = 1\nsso_role_name = r\n[sso-session x]\nsso_region = a\n"
      "sso_start_url = b\n",
      "[services x]\nec2 =\n  endpoint_url = http://x\n[profile p]\ncredential_process = \"a b\" 'c' \\d ; e "
      "# f\r\n",
  };
}
