#include "inventory/unasked.h"

#include <gtest/gtest.h>

namespace hm::inventory {
namespace {

std::string explained(const std::string& message) {
  auto types = catalog::load_with({}, {"glue"});
  EXPECT_TRUE(types) << types.error().text();
  return explain_table(make_error(ErrorKind::invalid, "query_invalid", message), **types).message;
}

TEST(ExplainTable, SaysHowADerivedTableIsAskedFor) {
  const auto said = explained("no such table: aws_sagemaker_training_job");
  EXPECT_NE(said.find("--derived sagemaker"), std::string::npos) << said;
  EXPECT_NE(said.find("nobody has asked"), std::string::npos) << said;
}

TEST(ExplainTable, LeavesOtherErrorsAlone) {
  for (const char* message : {"no such table: aws_nothing", "no such column: state",
                              "no such table: aws_glue_trigger", "syntax error"})
    EXPECT_EQ(explained(message), message) << "one that nobody has, or that was asked for";
}

}  // namespace
}  // namespace hm::inventory
