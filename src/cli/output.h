// What every list of the program prints: a table for people, JSON or CSV for programs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace hm::cli {

struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<Json>> rows;  // scalars; what is an object or a list is printed as its JSON
};

enum class Form { table, json, csv };
// "table", "json" or "csv", as the option's `one_of` has made sure.
Form form_of(std::string_view text);

// Columns as wide as their longest value, at most `widest` columns of the terminal each (0: any), what is cut
// ends in "…". NULL stands for null, so that it differs from an empty text. Control characters, which could
// steer a terminal, become "?".
std::string render_table(const Table& table, size_t widest = 0);
// A list of objects, one a line. A column's name that stands twice gets a number: name, name_2.
std::string render_json(const Table& table);
// RFC 4180, null is empty. A text that a spreadsheet would run as a formula begins with an apostrophe.
std::string render_csv(const Table& table);
std::string render(const Table& table, Form form, size_t widest = 0);

// Columns of a terminal that UTF-8 text takes: 0 for combining marks, 2 for East Asian wide characters and
// emoji.
size_t display_width(std::string_view text);

}  // namespace hm::cli
