#include "cli/output.h"

#include <gtest/gtest.h>

namespace hm::cli {
namespace {

TEST(Output, TablesAreAlignedByWhatTheTerminalShows) {
  const Table table{{"name", "size"},
                    {{Json("Zoë"), Json(8)},
                     {Json("日本"), Json(1024)},
                     {Json(nullptr), Json(nullptr)},
                     {Json("e\u0301"), Json(1.5)}}};
  EXPECT_EQ(render_table(table),
            "name   size\n"
            "----  -----\n"
            "Zoë       8\n"
            "日本   1024\n"
            "NULL   NULL\n"
            "e\u0301     1.5E0\n");
}

TEST(Output, LongCellsAreCutAndControlCharactersCannotSteerTheTerminal) {
  const Table table{{"x"}, {{Json("abcdefgh")}, {Json("\x1b[31mred\n\u202egnp.exe")}}};
  EXPECT_EQ(render_table(table, 5), "x\n-----\nabcd…\n?[31…\n");
  EXPECT_EQ(render_table(table).find('\x1b'), std::string::npos);
  EXPECT_EQ(render_table(table).find("\u202e"), std::string::npos);
}

TEST(Output, CsvCellsAreNoFormulas) {
  const Table table{{"a", "b"},
                    {{Json("=1+1"), Json("@x")},
                     {Json("+x"), Json(-5)},
                     {Json("-x,y"), Json("say \"hi\"\nthere")},
                     {Json(nullptr), Json("\tx")},
                     {Json(true), Json("plain")}}};
  EXPECT_EQ(render_csv(table),
            "a,b\r\n'=1+1,'@x\r\n'+x,-5\r\n\"'-x,y\",\"say \"\"hi\"\"\nthere\"\r\n,'\tx\r\ntrue,plain\r\n");
}

TEST(Output, JsonIsOneObjectALineAndDoubledNamesStayApart) {
  EXPECT_EQ(render_json({{"a", "a"}, {{Json(1), Json("x")}, {Json(nullptr), Json(false)}}}),
            "[\n{\"a\":1,\"a_2\":\"x\"},\n{\"a\":null,\"a_2\":false}\n]\n");
  EXPECT_EQ(render_json({{"a"}, {}}), "[]\n");
}

TEST(Output, TheFormIsChosenByName) {
  const Table table{{"a"}, {}};
  EXPECT_EQ(render(table, form_of("json")), "[]\n");
  EXPECT_EQ(render(table, form_of("csv")), "a\r\n");
  EXPECT_EQ(render(table, form_of("table")), "a\n-\n");
  EXPECT_EQ(display_width("\xff\xc3"), 2u) << "broken text is counted, not followed";
}

}  // namespace
}  // namespace hm::cli
