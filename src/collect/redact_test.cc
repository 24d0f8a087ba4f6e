#include "collect/redact.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "collect/detector.h"

namespace hm::collect {
namespace {

const std::string kKey(32, 'k');

struct Look {
  const char* name;
  const char* value;
  const char* verdict;
};

class Looks : public testing::TestWithParam<Look> {};

TEST_P(Looks, AreNamed) { EXPECT_EQ(looks_like(GetParam().name, GetParam().value), GetParam().verdict); }

INSTANTIATE_TEST_SUITE_P(
    All, Looks,
    testing::Values(Look{"A", "AKIAIOSFODNN7EXAMPLE", "aws_access_key_id"},
                    Look{"A", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "aws_secret_key"},
                    Look{"A", "-----BEGIN RSA PRIVATE KEY-----\nMIIE", "private_key"},
                    Look{"A", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "github_token"},
                    Look{"A", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefghijk", "jwt"},
                    Look{"A", "postgres://app:hunter2@db.internal/x", "url_with_password"},
                    Look{"DB_PASSWORD", "hunter2", "password_like"}, Look{"DB_PASSWORD", "", "plain"},
                    Look{"A", "x7Gq2LmP9vRt4WbN8sKd", "random_text"}, Look{"LOG_LEVEL", "debug", "plain"},
                    Look{"URL", "https://example.com/a:b@c", "plain"}));

TEST(Redactor, KeepsNamesAndHidesValues) {
  const Redactor redactor(kKey);
  Json value = JsonObject{{"A", "s3cret"}, {"B", JsonArray{"s3cret", nullptr}}, {"N", 7}};
  redactor.replace(value);
  const std::string text = to_json(value);
  EXPECT_EQ(text.find("s3cret"), std::string::npos) << text;
  EXPECT_EQ(member_text(*member(value, "A"), "redacted"),
            member_text(member(value, "B")->get_array()[0], "redacted"));
  EXPECT_TRUE(member(value, "B")->get_array()[1].is_null());
  EXPECT_EQ(member(*member(value, "A"), "length")->to_number<int>(), 6);
  EXPECT_NE(to_json(*member(value, "N")), "7");
}

TEST(Redactor, AnotherKeyGivesAnotherHash) {
  Json one = "same";
  Json two = "same";
  Redactor(kKey).replace(one);
  Redactor(std::string(32, 'l')).replace(two);
  EXPECT_NE(to_json(one), to_json(two));
}

TEST(Redactor, AValueThatLooksLikeATokenIsReplacedToo) {
  Json value = JsonObject{{"redacted", "real-secret"}, {"length", 1}, {"looks_like", "plain"}};
  Redactor(kKey).replace(value);
  EXPECT_EQ(to_json(value).find("real-secret"), std::string::npos);
}

TEST(Redactor, ItsKeyIsMadeOnceAndKeptPrivate) {
  const auto directory = std::filesystem::temp_directory_path() / ("hm-redact-" + hex(random_bytes(8)));
  auto first = Redactor::of(directory.string());
  ASSERT_TRUE(first) << first.error().text();
  auto second = Redactor::of(directory.string());
  ASSERT_TRUE(second) << second.error().text();
  Json one = "x";
  Json two = "x";
  first->replace(one);
  second->replace(two);
  EXPECT_EQ(to_json(one), to_json(two));
  const auto mode = std::filesystem::status(directory / "redaction.key").permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::filesystem::resize_file(directory / "redaction.key", 5);
  EXPECT_FALSE(Redactor::of(directory.string()));
  std::filesystem::remove_all(directory);
}

TEST(Redactor, AppliesToTheNamedPartAlone) {
  auto catalog = catalog::load_catalog(catalog::embedded_files());
  ASSERT_TRUE(catalog) << catalog.error().text();
  const auto* type = (*catalog)->find("ec2/launch_template");
  ASSERT_NE(type, nullptr);
  auto document = parse_json(R"({"LatestVersion":[{"LaunchTemplateData":{"UserData":"c2VjcmV0"}}]})");
  ASSERT_TRUE(document);
  Redactor(kKey).apply(*type, {}, *document);
  EXPECT_NE(to_json(*document).find("c2VjcmV0"), std::string::npos) << "not this part's turn";
  Redactor(kKey).apply(*type, "LatestVersion", *document);
  EXPECT_EQ(to_json(*document).find("c2VjcmV0"), std::string::npos);
}

}  // namespace
}  // namespace hm::collect
