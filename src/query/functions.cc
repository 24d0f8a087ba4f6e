#include "query/functions.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <sqlite3.h>

namespace hm::query {
namespace {

std::string_view text_of(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  if (text == nullptr) return {};
  return {text, static_cast<size_t>(sqlite3_value_bytes(value))};
}

std::string_view blob_of(sqlite3_value* value) {
  const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<size_t>(sqlite3_value_bytes(value))};
}

bool is_null(sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_NULL; }
bool is_blob(sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_BLOB; }

// Second and later bytes of a character.
bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// memmem is linear in glibc, which string_view::find is not.
size_t position_of(std::string_view text, std::string_view part, size_t from) {
  const void* found = memmem(text.data() + from, text.size() - from, part.data(), part.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<size_t>(static_cast<const char*>(found) - text.data());
}

void answer(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

// A call with arguments of this length is worth a look at the clock before.
constexpr size_t kLongBytes = 64 * 1024;

const MustStop& must_stop_of(sqlite3_context* context) {
  return *static_cast<const MustStop*>(sqlite3_user_data(context));
}

void fail_stopped(sqlite3_context* context) { sqlite3_result_error_code(context, SQLITE_INTERRUPT); }

// True where the statement must stop, and then it has been told.
bool stopped(sqlite3_context* context, int count, sqlite3_value** values) {
  size_t bytes = 0;
  for (int i = 0; i < count; ++i) bytes += static_cast<size_t>(sqlite3_value_bytes(values[i]));
  if (bytes < kLongBytes || !must_stop_of(context)()) return false;
  fail_stopped(context);
  return true;
}

void instr(sqlite3_context* context, int count, sqlite3_value** values) {
  if (is_null(values[0]) || is_null(values[1])) return;
  if (stopped(context, count, values)) return;
  const bool bytes = is_blob(values[0]) && is_blob(values[1]);
  const std::string_view text = bytes ? blob_of(values[0]) : text_of(values[0]);
  const std::string_view part = bytes ? blob_of(values[1]) : text_of(values[1]);
  const size_t at = part.empty() ? 0 : position_of(text, part, 0);
  if (at == std::string_view::npos) return sqlite3_result_int(context, 0);
  const auto inner =
      bytes ? 0 : std::count_if(text.begin(), text.begin() + static_cast<ptrdiff_t>(at), continues);
  sqlite3_result_int64(context, static_cast<int64_t>(at) - inner + 1);
}

void replace(sqlite3_context* context, int count, sqlite3_value** values) {
  if (is_null(values[0]) || is_null(values[1]) || is_null(values[2])) return;
  if (stopped(context, count, values)) return;
  const std::string_view text = text_of(values[0]), part = text_of(values[1]), by = text_of(values[2]);
  if (part.empty()) return answer(context, text);
  const auto most =
      static_cast<size_t>(sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1));
  std::string replaced;
  size_t from = 0;
  for (size_t at = position_of(text, part, 0); at != std::string_view::npos;
       at = position_of(text, part, from)) {
    replaced.append(text, from, at - from).append(by);
    if (replaced.size() > most) return sqlite3_result_error_toobig(context);
    from = at + part.size();
  }
  answer(context, replaced.append(text, from));
}

// The characters of a text, kMostTrimmed + 1 of them at most; what is no UTF-8 counts as characters of some
// bytes, as it does in SQLite.
std::set<std::string_view> characters(std::string_view text) {
  std::set<std::string_view> found;
  while (!text.empty() && found.size() <= kMostTrimmed) {
    size_t size = 1;
    if (static_cast<unsigned char>(text[0]) >= 0xc0)
      while (size < text.size() && continues(text[size])) ++size;
    found.insert(text.substr(0, size));
    text.remove_prefix(size);
  }
  return found;
}

size_t last_character(std::string_view text) {
  size_t size = 1;
  while (size < text.size() && continues(text[text.size() - size])) ++size;
  return size;
}

size_t first_character(std::string_view text) {
  size_t size = 1;
  while (size < text.size() && continues(text[size])) ++size;
  return size;
}

template <bool left, bool right>
void trim(sqlite3_context* context, int count, sqlite3_value** values) {
  if (is_null(values[0]) || (count == 2 && is_null(values[1]))) return;
  if (stopped(context, count, values)) return;
  std::string_view text = text_of(values[0]);
  const auto wanted = characters(count == 2 ? text_of(values[1]) : std::string_view(" "));
  if (wanted.size() > kMostTrimmed)
    return sqlite3_result_error(context, "trim takes away at most 1000 different characters", -1);
  while (left && !text.empty() && wanted.contains(text.substr(0, first_character(text))))
    text.remove_prefix(first_character(text));
  while (right && !text.empty() && wanted.contains(text.substr(text.size() - last_character(text))))
    text.remove_suffix(last_character(text));
  answer(context, text);
}

// Up to its first NUL, as SQLite reads them for LIKE and GLOB; nothing where the value is null.
std::optional<std::string_view> c_text_of(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  if (text == nullptr) return std::nullopt;
  return std::string_view(text);
}

// x LIKE y calls like(y, x).
template <bool is_like>
void match(sqlite3_context* context, int count, sqlite3_value** values) {
  const int most = sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LIKE_PATTERN_LENGTH, -1);
  if (sqlite3_value_bytes(values[0]) > most)
    return sqlite3_result_error(context, "LIKE or GLOB pattern too complex", -1);
  std::optional<uint32_t> escape;
  if (count == 3) {
    auto given = c_text_of(values[2]);
    if (!given) return;
    if (!given->empty()) escape = take_character(*given);
    if (!escape || !given->empty())
      return sqlite3_result_error(context, "ESCAPE expression must be a single character", -1);
  }
  const auto pattern = c_text_of(values[0]), text = c_text_of(values[1]);
  if (!pattern || !text) return;
  const auto matches = (is_like ? Pattern::like(*pattern, escape) : Pattern::glob(*pattern))
                           .matches(*text, must_stop_of(context));
  if (!matches) return fail_stopped(context);
  sqlite3_result_int(context, *matches ? 1 : 0);
}

struct Known {
  const char* name;
  int values;
  void (*run)(sqlite3_context*, int, sqlite3_value**);
};
constexpr Known kFunctions[] = {
    {"instr", 2, instr},
    {"replace", 3, replace},
    {"trim", 1, trim<true, true>},
    {"trim", 2, trim<true, true>},
    {"ltrim", 1, trim<true, false>},
    {"ltrim", 2, trim<true, false>},
    {"rtrim", 1, trim<false, true>},
    {"rtrim", 2, trim<false, true>},
    {"like", 2, match<true>},
    {"like", 3, match<true>},
    {"glob", 2, match<false>},
};

}  // namespace

bool add_functions(sqlite3* db, const MustStop& must_stop) {
  // SQLite hands it back untouched.
  void* asked = const_cast<MustStop*>(&must_stop);
  return std::all_of(std::begin(kFunctions), std::end(kFunctions), [&](const Known& known) {
    return sqlite3_create_function_v2(db, known.name, known.values,
                                      SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, asked, known.run,
                                      nullptr, nullptr, nullptr) == SQLITE_OK;
  });
}

}  // namespace hm::query
