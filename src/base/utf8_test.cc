#include "base/utf8.h"

#include <gtest/gtest.h>

namespace hm {
namespace {

TEST(ValidUtf8, LeavesTextAndReplacesWhatIsNone) {
  for (const std::string text :
       {"", "plain", "größe", "日本", "\xf0\x9f\x92\xbe", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"})
    EXPECT_EQ(valid_utf8(text), text);
  const std::string mark = "\xef\xbf\xbd";
  EXPECT_EQ(valid_utf8("a\xed\xa0\x80z"), "a" + mark + mark + mark + "z") << "a surrogate, char(55296)";
  EXPECT_EQ(valid_utf8("\xc0\xaf"), mark + mark) << "longer than it need be";
  EXPECT_EQ(valid_utf8("\xe0\x80\x80"), mark + mark + mark);
  EXPECT_EQ(valid_utf8("\xf4\x90\x80\x80"), mark + mark + mark + mark) << "beyond the last character";
  EXPECT_EQ(valid_utf8("gr\xc3"), "gr" + mark) << "cut off";
  EXPECT_EQ(valid_utf8("\xff\xe6\x97\xa5"), mark + "日");
}

}  // namespace
}  // namespace hm
