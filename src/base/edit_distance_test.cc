#include "base/edit_distance.h"

#include <gtest/gtest.h>

namespace hm {
namespace {

TEST(EditDistance, CountsLettersPutInLeftOutAndChanged) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("volume", "volume"), 0u);
  EXPECT_EQ(edit_distance("volum", "volume"), 1u);
  EXPECT_EQ(edit_distance("volumes", "volume"), 1u);
  EXPECT_EQ(edit_distance("valume", "volume"), 1u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

}  // namespace
}  // namespace hm
