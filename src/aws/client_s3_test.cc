// What S3 and a few others want or answer differently: see quirks.h and bucket_regions.h.
#include "aws/client_fakes.h"

namespace hm::aws {
namespace {

TEST_F(ClientTest, ListsObjectsOnFromAKeyWithASpaceAndAPlus) {
  const auto page = [](const std::string& key, bool more) {
    return "<ListBucketResult><Marker></Marker><EncodingType>url</EncodingType><IsTruncated>" +
           std::string(more ? "true" : "false") + "</IsTruncated><Contents><Key>" + key +
           "</Key></Contents></ListBucketResult>";
  };
  transport_.answer(200, page("a+b%2Bc", true));
  transport_.answer(200, page("d", false));
  const auto all = client().call_all("s3", "ListObjects", JsonObject{{"Bucket", "b-1"}}, target());
  ASSERT_TRUE(all.has_value()) << all.error().text();
  EXPECT_EQ(to_json(*member(*all, "Contents")), R"([{"Key":"a b+c"},{"Key":"d"}])");
  EXPECT_NE(transport_.sent().at(1).url.find("marker=a%20b%2Bc"), std::string::npos)
      << transport_.sent().at(1).url;
}

TEST_F(ClientTest, FollowsABucketToItsRegionAndRemembersIt) {
  const char* moved = "<Error><Code>PermanentRedirect</Code><Message>x</Message><Bucket>b-1</Bucket></Error>";
  transport_.answer(301, moved, {{"x-amz-bucket-region", "us-west-2"}});
  transport_.answer(200, "<Tagging><TagSet/></Tagging>");
  transport_.answer(200, "<Tagging><TagSet/></Tagging>");
  const Json params = JsonObject{{"Bucket", "b-1"}};
  ASSERT_TRUE(call("s3", "GetBucketTagging", params).has_value());
  ASSERT_TRUE(call("s3", "GetBucketTagging", params).has_value());
  const auto sent = transport_.sent();
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(sent[0].url, "https://b-1.s3.eu-west-1.amazonaws.com/?tagging");
  EXPECT_EQ(sent[1].url, "https://b-1.s3.us-west-2.amazonaws.com/?tagging");
  EXPECT_NE(sent[1].headers.get("Authorization").find("/us-west-2/s3/"), std::string::npos);
  EXPECT_EQ(sent[2].url, sent[1].url);
}

TEST_F(ClientTest, ReadsTheRegionThatARedirectNames) {
  transport_.answer(
      400,
      "<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region 'eu-west-1' is wrong; "
      "expecting 'us-west-2'</Message><Region>us-west-2</Region></Error>");
  transport_.answer(200, "<Tagging><TagSet/></Tagging>");
  const auto answer = call("s3", "GetBucketTagging", JsonObject{{"Bucket", "b-1"}});
  ASSERT_TRUE(answer.has_value()) << answer.error().text();
  const auto sent = transport_.sent();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[1].url, "https://b-1.s3.us-west-2.amazonaws.com/?tagging");
}

TEST_F(ClientTest, ARefusedBucketIsNotMadeInAnotherRegion) {
  const char* refused =
      "<Error><Code>IllegalLocationConstraintException</Code><Message>The us-west-2 location constraint is "
      "incompatible for the region specific endpoint this request was sent to.</Message></Error>";
  transport_.answer(400, refused, {{"x-amz-bucket-region", "us-west-2"}});
  transport_.answer(200, "");
  const auto made = call("s3", "CreateBucket", JsonObject{{"Bucket", "b-1"}});
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code, "IllegalLocationConstraintException");
  EXPECT_EQ(transport_.sent().size(), 1u);
  // What stands in a region that must be switched on first is followed to it.
  transport_.forget_answers();
  transport_.answer(400, refused, {{"x-amz-bucket-region", "us-west-2"}});
  transport_.answer(200, "<Tagging><TagSet/></Tagging>");
  EXPECT_TRUE(call("s3", "GetBucketTagging", JsonObject{{"Bucket", "b-1"}}).has_value());
}

TEST_F(ClientTest, AddressesBucketsAsTheUserSet) {
  const auto url_of = [&](const S3Options& s3, std::string region = "eu-west-1", std::string bucket = "b-1") {
    options_.s3 = s3;
    client_.reset();
    transport_.answer(200, "<Tagging><TagSet/></Tagging>");
    Target there = target();
    there.region = std::move(region);
    const auto answer = client().call("s3", "GetBucketTagging", JsonObject{{"Bucket", bucket}}, there);
    EXPECT_TRUE(answer.has_value()) << answer.error().text();
    return transport_.sent().back().url;
  };
  EXPECT_EQ(url_of({}), "https://b-1.s3.eu-west-1.amazonaws.com/?tagging");
  EXPECT_EQ(url_of({.path_style = true}), "https://s3.eu-west-1.amazonaws.com/b-1?tagging");
  EXPECT_EQ(url_of({.path_style = false}), "https://b-1.s3.eu-west-1.amazonaws.com/?tagging");
  EXPECT_EQ(url_of({.path_style = true, .accelerate = true}),
            "https://b-1.s3-accelerate.amazonaws.com/?tagging");
  EXPECT_EQ(url_of({.dualstack = true}), "https://b-1.s3.dualstack.eu-west-1.amazonaws.com/?tagging");
  EXPECT_EQ(url_of({.global_us_east_1 = true}, "us-east-1"), "https://b-1.s3.amazonaws.com/?tagging");
  EXPECT_EQ(url_of({.global_us_east_1 = true}), "https://b-1.s3.eu-west-1.amazonaws.com/?tagging");
  const std::string point = "arn:aws:s3:us-west-2:111111111111:accesspoint/p";
  EXPECT_EQ(url_of({.path_style = true, .use_arn_region = true}, "eu-west-1", point),
            "https://p-111111111111.s3-accesspoint.us-west-2.amazonaws.com/?tagging");
}

TEST_F(ClientTest, SignsTheBodiesOfS3AsTheUserSet) {
  const auto hash_with = [&](std::optional<bool> sign) {
    options_.s3.sign_payload = sign;
    client_.reset();
    transport_.answer(200, "");
    const Json params = JsonObject{{"Bucket", "b-1"}, {"Key", "k"}, {"Body", "aGVsbG8="}};
    EXPECT_TRUE(call("s3", "PutObject", params).has_value());
    return std::string(transport_.sent().back().headers.get("X-Amz-Content-SHA256"));
  };
  EXPECT_EQ(hash_with({}), "UNSIGNED-PAYLOAD");
  EXPECT_EQ(hash_with(false), "UNSIGNED-PAYLOAD");
  EXPECT_EQ(hash_with(true).size(), 64u);
}

TEST_F(ClientTest, AnErrorInsideA200IsAnError) {
  transport_.answer(200,
                    "<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code><Message>x</Message></Error>");
  transport_.answer(200, "<CopyObjectResult><ETag>e</ETag></CopyObjectResult>");
  const auto answer = call("s3", "ListObjectsV2", JsonObject{{"Bucket", "b-1"}});
  EXPECT_EQ(transport_.sent().size(), 2u);
  ASSERT_TRUE(answer.has_value()) << answer.error().text();
}

TEST_F(ClientTest, ChecksWhatItDownloads) {
  const Json params = JsonObject{{"Bucket", "b-1"}, {"Key", "k"}};
  transport_.answer(200, "hello", {{"x-amz-checksum-crc32", "AAAAAA=="}});
  transport_.answer(200, "hello", {{"x-amz-checksum-crc32", "NhCmhg=="}});
  const auto answer = call("s3", "GetObject", params);
  ASSERT_TRUE(answer.has_value()) << answer.error().text();
  EXPECT_EQ(member_text(*answer, "Body"), "aGVsbG8=");
  EXPECT_EQ(transport_.sent().size(), 2u) << "the first answer was damaged";
  EXPECT_EQ(transport_.sent()[0].headers.get("x-amz-checksum-mode"), "ENABLED");
  // The answer to an upload bears the checksum of the upload.
  transport_.answer(200, "", {{"x-amz-checksum-crc32", "NhCmhg=="}});
  EXPECT_TRUE(call("s3", "PutObject", JsonObject{{"Bucket", "b-1"}, {"Key", "k"}, {"Body", "aGVsbG8="}}));
  EXPECT_EQ(transport_.sent().back().headers.get("x-amz-checksum-crc32"), "NhCmhg==");
}

TEST_F(ClientTest, ChecksumsOnlyWhereTheyAreRequiredIfTheUserSaysSo) {
  options_.add_checksums = options_.check_answers = false;
  transport_.answer(200, "");
  ASSERT_TRUE(call("s3", "PutObject", JsonObject{{"Bucket", "b-1"}, {"Key", "k"}, {"Body", "aGVsbG8="}}));
  EXPECT_EQ(transport_.sent().back().headers.find("x-amz-checksum-crc32"), nullptr);
  transport_.answer(200, "");
  const Json tagging = JsonObject{{"Bucket", "b-1"}, {"Tagging", JsonObject{{"TagSet", JsonArray()}}}};
  ASSERT_TRUE(call("s3", "PutBucketTagging", tagging));
  EXPECT_NE(transport_.sent().back().headers.find("x-amz-checksum-crc32"), nullptr) << "required";
  transport_.answer(200, "hello", {{"x-amz-checksum-crc32", "AAAAAA=="}});
  EXPECT_TRUE(call("s3", "GetObject", JsonObject{{"Bucket", "b-1"}, {"Key", "k"}}));
  EXPECT_EQ(transport_.sent().back().headers.find("x-amz-checksum-mode"), nullptr);
  options_.max_attempts = 1;
  client_.reset();
  transport_.answer(200, "hello", {{"x-amz-checksum-crc32", "AAAAAA=="}});
  EXPECT_FALSE(
      call("s3", "GetObject", JsonObject{{"Bucket", "b-1"}, {"Key", "k"}, {"ChecksumMode", "ENABLED"}}));
}

TEST_F(ClientTest, DecodesWhatTheCliDecodes) {
  transport_.answer(
      200, R"(<GetRolePolicyResponse><GetRolePolicyResult><RoleName>r</RoleName><PolicyName>p</PolicyName>
    <PolicyDocument>%7B%22Version%22%3A%222012-10-17%22%7D</PolicyDocument></GetRolePolicyResult></GetRolePolicyResponse>)");
  const auto policy = call("iam", "GetRolePolicy", JsonObject{{"RoleName", "r"}, {"PolicyName", "p"}});
  ASSERT_TRUE(policy.has_value()) << policy.error().text();
  EXPECT_EQ(member_text(*member(*policy, "PolicyDocument"), "Version"), "2012-10-17");

  transport_.answer(200, "<LocationConstraint xmlns=\"x\">eu-west-1</LocationConstraint>");
  auto location = call("s3", "GetBucketLocation", JsonObject{{"Bucket", "b-1"}});
  ASSERT_TRUE(location.has_value()) << location.error().text();
  EXPECT_EQ(to_json(*location), R"({"LocationConstraint":"eu-west-1"})");
  transport_.answer(200, "<LocationConstraint xmlns=\"x\"/>");
  location = call("s3", "GetBucketLocation", JsonObject{{"Bucket", "b-1"}});
  ASSERT_TRUE(location.has_value());
  EXPECT_EQ(to_json(*location), R"({"LocationConstraint":null})");

  transport_.answer(
      200,
      "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>a%2Fb%20c</Key></Contents>"
      "</ListBucketResult>");
  const auto list = call("s3", "ListObjectsV2", JsonObject{{"Bucket", "b-1"}});
  ASSERT_TRUE(list.has_value()) << list.error().text();
  EXPECT_EQ(member_text(member(*list, "Contents")->as_array()[0], "Key"), "a/b c");
  EXPECT_NE(transport_.sent().back().url.find("encoding-type=url"), std::string::npos);

  // A space comes as a plus there; in a policy a plus is one.
  transport_.answer(200,
                    "<ListBucketResult><Prefix>a</Prefix><EncodingType>url</EncodingType>"
                    "<Contents><Key>a+b</Key></Contents><Contents><Key>a%2Bb</Key></Contents>"
                    "<CommonPrefixes><Prefix>c+d%2F</Prefix></CommonPrefixes></ListBucketResult>");
  const auto spaced = call("s3", "ListObjectsV2", JsonObject{{"Bucket", "b-1"}});
  ASSERT_TRUE(spaced.has_value()) << spaced.error().text();
  EXPECT_EQ(to_json(*member(*spaced, "Contents")), R"([{"Key":"a b"},{"Key":"a+b"}])");
  EXPECT_EQ(to_json(*member(*spaced, "CommonPrefixes")), R"([{"Prefix":"c d/"}])");
  transport_.answer(
      200,
      "<GetRolePolicyResponse><GetRolePolicyResult><PolicyDocument>%5B%22a+b%22%5D</PolicyDocument>"
      "</GetRolePolicyResult></GetRolePolicyResponse>");
  const auto plus = call("iam", "GetRolePolicy", JsonObject{{"RoleName", "r"}, {"PolicyName", "p"}});
  ASSERT_TRUE(plus.has_value()) << plus.error().text();
  EXPECT_EQ(to_json(*member(*plus, "PolicyDocument")), R"(["a+b"])");

  transport_.answer(200, "<GetConsoleOutputResponse><output>aGVsbG8=</output></GetConsoleOutputResponse>");
  const auto console = call("ec2", "GetConsoleOutput", JsonObject{{"InstanceId", "i-1"}});
  ASSERT_TRUE(console.has_value());
  EXPECT_EQ(member_text(*console, "Output"), "hello");
}

}  // namespace
}  // namespace hm::aws
