#include "aws/protocol.h"
#include "fuzz.h"

using namespace hm;

namespace {

struct Target {
  std::string_view service;
  std::string_view operation;
};

// Lists, maps, flattened ones, attributes, payloads and unions between them.
constexpr Target kTargets[] = {{"ec2", "DescribeInstances"},
                               {"sns", "GetTopicAttributes"},
                               {"iam", "ListRoles"},
                               {"s3", "ListObjectsV2"},
                               {"s3", "GetBucketAcl"},
                               {"s3", "GetBucketLifecycleConfiguration"},
                               {"cloudfront", "ListDistributions"},
                               {"sdb", "Select"}};

}  // namespace

// The first byte chooses the operation and whether the answer is an error.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const Target& target = kTargets[data[0] % std::size(kTargets)];
  const auto service = aws::find_service(target.service);
  const auto operation = service->find(target.operation);
  HttpResponse response;
  response.status = data[0] >= 128 ? 400 : 200;
  response.body = fuzz::text(data + 1, size - 1);
  const auto result = aws::parse(*service, *operation, std::move(response));
  if (result.has_value()) {
    HM_CHECK(result->is_object() && parse_json(to_json(*result)).has_value());
  } else {
    HM_CHECK(!result.error().code.empty() && parse_json(to_json(Json(result.error().message))).has_value());
  }
  return 0;
}

std::vector<std::string> fuzz::seeds() {
  return {
      std::string(1, '\0') +
          "<?xml "
          "version=\"1.0\"?><r><reservationSet><item><instancesSet><item><launchTime>2026-11-23T08:52:06.000Z"
          "</launchTime><ebsOptimized>true</ebsOptimized><amiLaunchIndex>0</"
          "amiLaunchIndex><tagSet><item><key>a</key>"
          "<value>&lt;&#x41;&amp;</value></item></tagSet></item></instancesSet></item></reservationSet></r>",
      ("\1<G><GetTopicAttributesResult><Attributes><entry><key>a</key><value>b</value></entry></Attributes>"
       "</GetTopicAttributesResult></G>"),
      ("\3<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</"
       "Key><Size>18446744073709551616</"
       "Size>"
       "</Contents><Contents/><!-- c --><x:Name xmlns:x=\"y\"><![CDATA[n]]></x:Name></ListBucketResult>"),
      ("\4<A><AccessControlList><Grant><Grantee xmlns:xsi=\"u\" "
       "xsi:type=\"Group\"><URI>u</URI></Grantee></Grant>"
       "</AccessControlList></A>"),
      ("\7<S><SelectResult><Item><Name>n</Name><Attribute><Name>a</Name></Attribute></Item></SelectResult></"
       "S>"),
      ("\x80<Response><Errors><Error><Code>A</Code><Message>b</Message></Error></Errors><RequestID>r</"
       "RequestID>"
       "</Response>"),
      "\x83<Error><Code>NoSuchKey</Code><RequestId>r</RequestId></Error>",
  };
}
