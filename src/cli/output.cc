#include "cli/output.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/csv.h"

namespace hm::cli {
namespace {

struct Range {
  uint32_t first;
  uint32_t last;
};
// After Unicode's East Asian Width (W, F) and the common blocks of combining marks.
constexpr std::array<Range, 12> kWide = {{{0x1100, 0x115f},
                                          {0x2e80, 0x303e},
                                          {0x3041, 0x33ff},
                                          {0x3400, 0x4dbf},
                                          {0x4e00, 0x9fff},
                                          {0xa000, 0xa4cf},
                                          {0xac00, 0xd7a3},
                                          {0xf900, 0xfaff},
                                          {0xfe30, 0xfe6f},
                                          {0xff00, 0xff60},
                                          {0x1f300, 0x1faff},
                                          {0x20000, 0x3fffd}}};
constexpr std::array<Range, 6> kZero = {{{0x0300, 0x036f},
                                         {0x200b, 0x200f},
                                         {0x20d0, 0x20ff},
                                         {0xfe00, 0xfe0f},
                                         {0x1ab0, 0x1aff},
                                         {0xe0100, 0xe01ef}}};

template <size_t N>
bool is_in(const std::array<Range, N>& ranges, uint32_t point) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return point >= range.first && point <= range.last; });
}

// The code point at `at`, which moves behind it. A byte that begins none counts as itself.
uint32_t next_point(std::string_view text, size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  int more = 0;
  uint32_t point = lead;
  if (lead >= 0xf0) {
    more = 3;
    point = lead & 0x07;
  } else if (lead >= 0xe0) {
    more = 2;
    point = lead & 0x0f;
  } else if (lead >= 0xc0) {
    more = 1;
    point = lead & 0x1f;
  }
  for (; more > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80; --more)
    point = point << 6 | (static_cast<unsigned char>(text[at++]) & 0x3f);
  return point;
}

size_t width_of(uint32_t point) {
  if (is_in(kZero, point)) return 0;
  return is_in(kWide, point) ? 2 : 1;
}

// C0, DEL and C1, and the marks that turn the direction of writing.
bool is_control(uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0) || (point >= 0x202a && point <= 0x202e) ||
         (point >= 0x2066 && point <= 0x2069);
}

std::string printable(std::string_view text) {
  std::string shown;
  for (size_t at = 0; at < text.size();) {
    const size_t from = at;
    if (is_control(next_point(text, at))) {
      shown += '?';
    } else {
      shown += text.substr(from, at - from);
    }
  }
  return shown;
}

std::string cut(const std::string& text, size_t widest) {
  if (widest == 0 || display_width(text) <= widest) return text;
  size_t width = 0;
  size_t at = 0;
  while (at < text.size()) {
    size_t next = at;
    const size_t more = width_of(next_point(text, next));
    if (width + more + 1 > widest) break;
    width += more;
    at = next;
  }
  return text.substr(0, at) + "…";
}

std::string text_of(const Json& cell) {
  return cell.is_string() ? std::string(as_text(cell)) : to_json(cell);
}

bool is_number(const Json& cell) { return cell.is_int64() || cell.is_double() || cell.is_uint64(); }

void pad(std::string& line, const std::string& text, size_t width, bool right, bool last) {
  const size_t missing = width - std::min(width, display_width(text));
  if (right) line.append(missing, ' ');
  line += text;
  if (!right && !last) line.append(missing, ' ');
  if (!last) line += "  ";
}

}  // namespace

size_t display_width(std::string_view text) {
  size_t width = 0;
  for (size_t at = 0; at < text.size();) width += width_of(next_point(text, at));
  return width;
}

Form form_of(std::string_view text) {
  if (text == "json") return Form::json;
  return text == "csv" ? Form::csv : Form::table;
}

std::string render_table(const Table& table, size_t widest) {
  std::vector<std::vector<std::string>> lines(1);
  std::vector<bool> numeric(table.columns.size(), !table.rows.empty());
  for (const std::string& column : table.columns) lines[0].push_back(cut(printable(column), widest));
  for (const auto& row : table.rows) {
    std::vector<std::string>& line = lines.emplace_back();
    for (size_t i = 0; i < row.size(); ++i) {
      line.push_back(row[i].is_null() ? "NULL" : cut(printable(text_of(row[i])), widest));
      numeric[i] = numeric[i] && (is_number(row[i]) || row[i].is_null());
    }
  }
  std::vector<size_t> widths(table.columns.size(), 0);
  for (const auto& line : lines)
    for (size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], display_width(line[i]));
  std::string text;
  for (size_t at = 0; at < lines.size(); ++at) {
    for (size_t i = 0; i < lines[at].size(); ++i)
      pad(text, lines[at][i], widths[i], numeric[i], i + 1 == lines[at].size());
    text += '\n';
    if (at > 0) continue;
    for (size_t i = 0; i < widths.size(); ++i)
      pad(text, std::string(widths[i], '-'), widths[i], false, i + 1 == widths.size());
    text += '\n';
  }
  return text;
}

std::string render_json(const Table& table) {
  std::vector<std::string> names;
  std::map<std::string, int> seen;
  for (const std::string& column : table.columns) {
    const int count = ++seen[column];
    names.push_back(count == 1 ? column : column + "_" + std::to_string(count));
  }
  std::string text = "[";
  for (size_t at = 0; at < table.rows.size(); ++at) {
    JsonObject object;
    for (size_t i = 0; i < names.size(); ++i) object[names[i]] = table.rows[at][i];
    text += (at == 0 ? "\n" : ",\n") + to_json(object);
  }
  return text + (table.rows.empty() ? "]\n" : "\n]\n");
}

std::string render_csv(const Table& table) {
  std::string text = csv_row(table.columns);
  for (const auto& row : table.rows) {
    std::vector<std::string> cells;
    cells.reserve(row.size());
    for (const Json& cell : row) cells.push_back(cell.is_null() ? "" : text_of(cell));
    text += csv_row(cells);
  }
  return text;
}

std::string render(const Table& table, Form form, size_t widest) {
  switch (form) {
    case Form::json:
      return render_json(table);
    case Form::csv:
      return render_csv(table);
    case Form::table:
      return render_table(table, widest);
  }
  return {};
}

}  // namespace hm::cli
