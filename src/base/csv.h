// CSV (RFC 4180) that a spreadsheet cannot take for a program.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hm {

// Quoted where it must be. What begins with = + - @ or a control character is preceded by an apostrophe,
// since spreadsheets run such cells as formulas; plain numbers stay as they are.
std::string csv_cell(std::string_view text);
std::string csv_row(const std::vector<std::string>& cells);  // with the line's end

}  // namespace hm
