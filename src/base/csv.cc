#include "base/csv.h"

#include <algorithm>

namespace hm {

namespace {

bool are_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// As JSON writes them: -5, -5.25, -1.5E-3.
bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (const size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view exponent = text.substr(e + 1);
    if (exponent.starts_with('-') || exponent.starts_with('+')) exponent.remove_prefix(1);
    if (!are_digits(exponent)) return false;
    text = text.substr(0, e);
  }
  const size_t dot = text.find('.');
  return are_digits(text.substr(0, dot)) &&
         (dot == std::string_view::npos || are_digits(text.substr(dot + 1)));
}

// Spreadsheets skip blanks before they look; the full-width forms count as well in some of them.
bool is_formula(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (text.starts_with('\t') || text.starts_with('\r') || text.starts_with('\n')) return true;
  if (first == std::string_view::npos) return false;
  text.remove_prefix(first);
  for (const std::string_view wide : {"＝", "＋", "－", "＠"}) {
    if (text.starts_with(wide)) return true;
  }
  return std::string_view("=+-@|%").find(text[0]) != std::string_view::npos;
}

}  // namespace

std::string csv_cell(std::string_view text) {
  std::string cell;
  if (is_formula(text) && !is_number(text)) cell += '\'';
  cell += text;
  if (cell.find_first_of(",\"\r\n;") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_row(const std::vector<std::string>& cells) {
  std::string row;
  for (size_t i = 0; i < cells.size(); ++i) row += (i == 0 ? "" : ",") + csv_cell(cells[i]);
  return row + "\r\n";
}

}  // namespace hm
