#include "app/config.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"

namespace hm::app {
namespace {

class ConfigTest : public testing::Test {
 protected:
  void SetUp() override {
    file_ = std::filesystem::temp_directory_path() / ("hm-config-" + hex(random_bytes(8)) + ".yaml");
  }
  void TearDown() override { std::filesystem::remove(file_); }

  Result<Config> load(const std::string& text, std::map<std::string, std::string> flags = {},
                      std::map<std::string, std::string> environment = {}) {
    std::ofstream(file_) << text;
    environment.try_emplace("HOME", "/home/somebody");
    return load_config({.file = file_, .flags = std::move(flags), .variable = [=](const std::string& name) {
                          const auto found = environment.find(name);
                          return found == environment.end() ? std::optional<std::string>()
                                                            : std::optional(found->second);
                        }});
  }
  std::string fault(const std::string& text, std::map<std::string, std::string> flags = {},
                    std::map<std::string, std::string> environment = {}) {
    auto config = load(text, std::move(flags), std::move(environment));
    EXPECT_FALSE(config.has_value()) << text;
    if (config) return "";
    EXPECT_EQ(config.error().code, "bad_config");
    return config.error().message;
  }
  static const api::Setting& setting(const Config& config, const std::string& name) {
    for (const auto& one : config.settings) {
      if (one.name == name) return one;
    }
    ADD_FAILURE() << name;
    return config.settings.front();
  }
  std::filesystem::path file_;
};

TEST_F(ConfigTest, FlagsStandAboveVariablesAboveTheFileAboveDefaults) {
  const std::string text = "listen: 127.0.0.1:1\nlog_level: debug\nhandler_threads: 9\n";
  auto config =
      load(text, {{"listen", "127.0.0.1:3"}}, {{"HM_LISTEN", "127.0.0.1:2"}, {"HM_LOG_LEVEL", "error"}});
  ASSERT_TRUE(config.has_value()) << config.error().text();
  EXPECT_EQ(config->port, 3);
  EXPECT_EQ(config->log_level, "error");
  EXPECT_EQ(config->handler_threads, 9);
  EXPECT_EQ(config->data_dir, "/home/somebody/.local/share/hostmaster");
  EXPECT_EQ(setting(*config, "listen").source, "flag");
  EXPECT_EQ(setting(*config, "log_level").source, "environment");
  EXPECT_EQ(setting(*config, "handler_threads").source, "file");
  EXPECT_EQ(setting(*config, "roles").source, "default");
}

TEST_F(ConfigTest, ServicesToDeriveAreAList) {
  auto config = load("derived_services: [glue, sagemaker]\n");
  ASSERT_TRUE(config.has_value()) << config.error().text();
  EXPECT_EQ(config->derived_services, (std::vector<std::string>{"glue", "sagemaker"}));
  config = load("", {{"derived_services", "all"}});
  ASSERT_TRUE(config.has_value()) << config.error().text();
  EXPECT_EQ(config->derived_services, std::vector<std::string>{"all"});
}

TEST_F(ConfigTest, SecretsAreNeverShown) {
  auto config = load("database_url: postgres://me:hunter2@db/x\n");
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->store_url(), "postgres://me:hunter2@db/x");
  EXPECT_FALSE(setting(*config, "database_url").value.has_value());
}

TEST_F(ConfigTest, ReadsAccounts) {
  auto config = load(
      "accounts:\n"
      "  - name: Production\n"
      "    role_arn: arn:aws:iam::111111111111:role/Reader\n"
      "    external_id: some-external-id-x\n"
      "    regions: [eu-west-1]\n"
      "  - profile: sandbox\n");
  ASSERT_TRUE(config.has_value()) << config.error().text();
  ASSERT_EQ(config->accounts.size(), 2u);
  EXPECT_EQ(config->accounts[0].account_id, "111111111111");
  EXPECT_EQ(config->accounts[0].regions, std::vector<std::string>{"eu-west-1"});
  EXPECT_EQ(config->accounts[1].profile, "sandbox");
}

TEST_F(ConfigTest, WrongKeysAndValuesAreNamedWithTheirPlaceAndRemedy) {
  struct Case {
    std::string text, message;
  };
  const std::string file = file_.string();
  const Case cases[] = {
      {"listen: 127.0.0.1:1\nlisten_adress: x\n", file + ":2: there is no setting \"listen_adress\""},
      {"lisen: x\n", "did you mean \"listen\"?"},
      {"zzzzzzzzzzzzzzzz: x\n", "lists the settings"},
      {"\n\nlisten: nonsense\n", file + ":3: listen wants an address and a port"},
      {"listen: 127.0.0.1:70000\n", "an address and a port"},
      {"handler_threads: many\n", "a whole number from 4 to 256"},
      {"insecure_http: maybe\n", "insecure_http wants true or false"},
      {"roles: [api, cook]\n", "roles wants a list of api, collect and rules"},
      {"trusted_proxies: [10.0.0.0/8, proxy]\n", "trusted_proxies wants a list of addresses and networks"},
      {"log_level: {a: b}\n", "log_level wants one value or a list"},
      {"- a\n- b\n", "the file is a list of settings"},
      {"listen: [\n", file},
      {"accounts:\n  - name: x\n    role: y\n", file + ":3:"},
      {"organizations:\n  - role_name: x\n", file + ":2:"},
      {"listen: 0.0.0.0:80\n", "without TLS would send passwords in the clear"},
      {"tls_certificate_file: /x\n", "belong together"},
  };
  for (const Case& one : cases) {
    EXPECT_NE(fault(one.text).find(one.message), std::string::npos) << one.text << fault(one.text);
  }
  EXPECT_NE(fault("", {}, {{"HM_LISTEN", "x"}}).find("HM_LISTEN: listen wants"), std::string::npos);
  // All at once.
  const std::string both = fault("lisen: x\nroles: cook\n");
  EXPECT_NE(both.find(":1: "), std::string::npos);
  EXPECT_NE(both.find(":2: "), std::string::npos);
}

TEST_F(ConfigTest, ReadsTrustedProxies) {
  auto config = load("trusted_proxies: [10.0.0.0/8, '::1']\n");
  ASSERT_TRUE(config.has_value()) << config.error().text();
  ASSERT_EQ(config->trusted_proxies.size(), 2u);
  EXPECT_TRUE(config->trusted_proxies[0].contains("10.1.2.3"));
  EXPECT_TRUE(load("")->trusted_proxies.empty()) << "nobody is believed unless told";
}

TEST_F(ConfigTest, AnotherAddressNeedsTlsOrTheFlag) {
  EXPECT_TRUE(load("listen: 0.0.0.0:80\ninsecure_http: true\n").has_value());
  EXPECT_TRUE(load("listen: 0.0.0.0:80\ntls_certificate_file: /a\ntls_private_key_file: /b\n").has_value());
  EXPECT_TRUE(load("listen: '[::1]:80'\n").has_value());
  EXPECT_EQ(load("listen: '[::1]:80'\n")->base_url(80), "http://[::1]:80");
  EXPECT_TRUE(load("listen: localhost:80\n").has_value());
}

TEST_F(ConfigTest, AMissingFileIsAnErrorOnlyWhereItWasAskedFor) {
  auto asked = load_config({.file = "/nowhere/config.yaml", .flags = {}, .variable = nullptr});
  ASSERT_FALSE(asked.has_value());
  EXPECT_NE(asked.error().message.find("/nowhere/config.yaml: cannot be read"), std::string::npos);
  EXPECT_TRUE(load_config({.file = "", .flags = {}, .variable = nullptr}).has_value());
}

TEST_F(ConfigTest, EverySettingIsDocumented) {
  for (const auto& one : known_settings()) EXPECT_FALSE(one.description.empty()) << one.name;
}

}  // namespace
}  // namespace hm::app
