#include "base/csv.h"

#include <gtest/gtest.h>

namespace hm {
namespace {

TEST(Csv, QuotesAndDisarms) {
  struct Case {
    std::string_view text, cell;
  };
  const Case cases[] = {
      {"plain", "plain"},
      {"", ""},
      {"a,b", "\"a,b\""},
      {"say \"hi\"", "\"say \"\"hi\"\"\""},
      {"two\nlines", "\"two\nlines\""},
      {"=1+1", "'=1+1"},
      {"+SUM(A1)", "'+SUM(A1)"},
      {"-cmd", "'-cmd"},
      {"@here", "'@here"},
      {"\t=x", "'\t=x"},
      {"  =x", "'  =x"},
      {"\r=x", "\"'\r=x\""},
      {"=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""},
      {"|calc", "'|calc"},
      {"＝1", "'＝1"},
      {"-5", "-5"},
      {"-5.25", "-5.25"},
      {"-5.2.5", "'-5.2.5"},
      {"-1.5E0", "-1.5E0"},
      {"-2e+10", "-2e+10"},
      {"-2e", "'-2e"},
      {"-e5", "'-e5"},
      {"a=b", "a=b"},
  };
  for (const Case& one : cases) EXPECT_EQ(csv_cell(one.text), one.cell) << one.text;
  EXPECT_EQ(csv_row({"a", "b,c"}), "a,\"b,c\"\r\n");
}

}  // namespace
}  // namespace hm
