#include "api/column_title.h"

#include <gtest/gtest.h>

namespace hm::api {
namespace {

TEST(ColumnTitle, ReadsAsASentenceWithAbbreviationsAsAwsWritesThem) {
  const std::pair<const char*, const char*> cases[] = {
      {"launch_time", "Launch time"},
      {"vpc_id", "VPC ID"},
      {"kms_key_id", "KMS key ID"},
      {"iops", "IOPS"},
      {"db_instance_identifier", "DB instance identifier"},
      {"iam_database_authentication_enabled", "IAM database authentication enabled"},
      {"name", "Name"},
      {"2fa__on_", "2fa on"},
      {"", ""},
  };
  for (const auto& [column, title] : cases) EXPECT_EQ(column_title(column), title) << column;
}

}  // namespace
}  // namespace hm::api
