#include "query/text_sql.h"

#include <algorithm>
#include <set>

#include "base/json.h"
#include "query/fold.h"

namespace hm::query {
namespace {

// fold_case() leaves no control characters in what stands between these. A name has two marks before it, so
// that a single letter with them makes three characters.
constexpr std::string_view kName = "\x1f", kNameStart = "\x1f\x1f";
constexpr std::string_view kAddress = "\x1e";
constexpr std::string_view kTag = "\x1d";
constexpr size_t kShort = 3;  // characters; below, a word is looked for at the beginning of names

bool is_short(std::string_view word) { return characters(word).size() < kShort; }

std::string joined(std::string_view a, std::string_view b, std::string_view c = {}) {
  std::string all(a);
  all += b;
  all += c;
  return all;
}

// What must stand in a row for the word to rank so well, in any of these forms.
std::vector<std::string> needles(std::string_view word, Rank rank) {
  const bool brief = is_short(word);
  switch (rank) {
    case Rank::is:
      if (brief) return {joined(kName, word, kName)};
      return {joined(kName, word, kName), joined(kAddress, word, kAddress)};
    case Rank::label_begins:
    case Rank::name_begins:
      return {joined(brief ? kNameStart : kName, word)};
    case Rank::tag_is:
      if (brief) return {};
      return {joined("=", word, kTag), joined(kTag, word, "=")};
    case Rank::other_begins:
      if (brief) return {};
      return {joined(kAddress, word), joined("=", word), joined(kTag, word)};
    case Rank::name_holds:
    case Rank::holds:
      break;
  }
  if (brief) return {};
  return {std::string(word)};
}

// Where the needles of a rank stand.
std::string_view column_of(Rank rank) {
  return rank == Rank::name_begins || rank == Rank::name_holds ? "d.names" : "d.fields";
}

// The characters by threes, as FTS5's query language writes them. All of them must be there; whether they
// stand side by side is looked up in the row. So of a long word the two ends and every third in between will
// do, and of a very long one the last of these, which differ more than the first: less is read, and hardly a
// row more is looked at. Not so where these repeat each other, as in 10.10.20.10.
std::string trigrams(std::string_view needle) {
  constexpr size_t kFew = 6, kMost = 60;
  const auto parts = characters(needle);
  const auto offset = [&](size_t at) {
    return at < parts.size() ? static_cast<size_t>(parts[at].data() - needle.data()) : needle.size();
  };
  std::string match;
  const auto add = [&](size_t at) {
    match += match.empty() ? "\"" : " AND \"";
    for (size_t i = at; i < at + 3; ++i) match += parts[i] == "\"" ? "\"\"" : parts[i];
    match += '"';
  };
  if (parts.size() < 3) return "\"\"";
  const size_t last = parts.size() - 3;
  std::set<std::string_view> thirds;
  for (size_t at = 0; at <= last; at += 3)
    thirds.insert(needle.substr(offset(at), offset(at + 3) - offset(at)));
  const size_t step = last < kFew || thirds.size() <= last / 3 ? 1 : 3;
  add(0);
  for (size_t at = last > kMost ? last - kMost : step; at < last; at += step) add(at);
  if (last > 0) add(last);
  return match;
}

std::string all_of(const std::vector<TextField>& fields, std::string_view start, std::string_view end) {
  std::string all;
  for (const TextField& field : fields) {
    if (field.value.empty()) continue;
    all += start;
    all += fold_case(field.value);
    all += end;
  }
  return all;
}

void add_json(JsonArray& list, const std::vector<TextField>& fields, std::string_view kind) {
  for (const TextField& field : fields)
    if (!field.value.empty() || kind == "tag") list.push_back(JsonArray{kind, field.name, field.value});
}

std::string tag_key(std::string_view field) { return std::string(field.substr(field.find(':') + 1)); }

}  // namespace

std::string text_script() {
  // The indexes store no texts and no positions: `fields` has the first, and is asked where the characters of
  // a long word stand in a row without the word. A document's id begins with its account's number, so that
  // those of one account are a range.
  return "create table account (no integer primary key, account_id text not null unique);"
         "create table doc (id integer primary key, number integer not null unique, account_id text not null,"
         "  region text not null, gone integer not null, label text not null, names text not null,"
         "  fields text not null, shown text not null, said text not null);"
         "create index doc_label on doc (gone, label, id);"
         "create virtual table gram using fts5 (fields, content='', columnsize=0, detail=none,"
         "  tokenize='trigram case_sensitive 1');"
         "create virtual table name_gram using fts5 (names, content='', columnsize=0, detail=none,"
         "  tokenize='trigram case_sensitive 1');"
         // Of a transaction's texts one piece is written, instead of one for each megabyte.
         "insert into gram (gram, rank) values ('hashsize', 16777216);"
         "insert into name_gram (name_gram, rank) values ('hashsize', 16777216);"
         "insert into hm_base_meta values ('source', ''), ('seq', '0'), ('reading_after', '');";
}

FoldedFields folded(const TextDocument& document) {
  FoldedFields made;
  made.names = all_of(document.names, kNameStart, kName);
  made.others = all_of(document.addresses, kAddress, kAddress);
  for (const TextField& tag : document.tags) {
    made.others += kTag;
    made.others += fold_case(tag_key(tag.name) + "=" + tag.value);
    made.others += kTag;
  }
  return made;
}

std::string fields_json(const TextDocument& document) {
  JsonArray list;
  add_json(list, document.names, "name");
  add_json(list, document.addresses, "address");
  add_json(list, document.tags, "tag");
  return to_json(list);
}

std::vector<TextField> matched_fields(std::string_view fields_json, const Words& words) {
  std::vector<TextField> matched;
  const auto list = parse_json(fields_json);
  if (!list.has_value() || !list->is_array()) return matched;
  for (const Json& one : list->get_array()) {
    const JsonArray& parts = one.get_array();
    const std::string_view kind = as_text(parts[0]);
    const TextField field{std::string(as_text(parts[1])), std::string(as_text(parts[2]))};
    const std::string text = fold_case(kind == "tag" ? tag_key(field.name) + "=" + field.value : field.value);
    const bool fits = std::any_of(words.words.begin(), words.words.end(), [&](const std::string& word) {
      return is_short(word) ? kind == "name" && text.starts_with(word) : text.find(word) != std::string::npos;
    });
    if (fits && matched.size() < kMostMatched) matched.push_back(field);
  }
  return matched;
}

std::string TextSelect::bind(store::Value value) {
  params_.push_back(std::move(value));
  return "$" + std::to_string(params_.size());
}

std::string TextSelect::in_list(const std::set<std::string>& values) {
  std::string places;
  for (const std::string& value : values) places += (places.empty() ? "" : ", ") + bind(value);
  return " in (" + places + ")";
}

std::string TextSelect::rank_of(std::string_view word) {
  std::string sql = "case";
  for (int number = 0; number < kRanks; ++number) {
    const Rank rank = static_cast<Rank>(number);
    std::string either;
    if (rank == Rank::label_begins) {
      either = "instr(d.label, " + bind(word) + ") = 1";
    } else {
      for (std::string& needle : needles(word, rank))
        either += (either.empty() ? "instr(" : " or instr(") + std::string(column_of(rank)) + ", " +
                  bind(std::move(needle)) + ")";
    }
    if (!either.empty()) sql += " when " + either + " then " + std::to_string(number);
  }
  return sql + " end";
}

std::string TextSelect::rank_sql() {
  std::string all;
  for (const std::string& word : words_.words) all += (all.empty() ? "" : ", ") + rank_of(word);
  // With one argument max() would be the aggregate.
  return words_.words.size() > 1 ? "max(" + all + ")" : all;
}

// Every word fits that well or better, as far as three characters at a time can tell.
std::string TextSelect::match_of(Rank most) const {
  std::string all;
  for (const std::string& word : words_.words) {
    std::string either;
    const auto add = [&](Rank rank) {
      for (const std::string& needle : needles(word, rank))
        either += (either.empty() ? "(" : " OR (") + trigrams(needle) + ")";
    };
    // What stands anywhere stands there in every better form too.
    if ((most == Rank::holds || most == Rank::name_holds) && !is_short(word)) {
      add(most);
    } else {
      for (int rank = 0; rank <= static_cast<int>(most); ++rank)
        if (static_cast<Rank>(rank) != Rank::name_holds) add(static_cast<Rank>(rank));
    }
    all += (all.empty() ? "(" : " AND (") + either + ")";
  }
  return all;
}

std::string TextSelect::gone_sql(std::string_view column) const {
  return gone_.has_value() ? std::string(column) + " = " + (*gone_ ? "1" : "0") : "1";
}

std::string TextSelect::conditions(Rank most) {
  std::string sql = " and " + gone_sql("d.gone");
  for (const std::string& word : words_.words)
    sql += " and instr(" + std::string(is_short(word) ? "d.names" : "d.fields") + ", " +
           bind(is_short(word) ? joined(kNameStart, word) : word) + ")";
  if (scope_.accounts.has_value()) sql += " and d.account_id" + in_list(*scope_.accounts);
  if (scope_.regions.has_value()) sql += " and d.region" + in_list(*scope_.regions);
  if (most != Rank::holds) sql += " and " + rank_sql() + " <= " + std::to_string(static_cast<int>(most));
  return sql;
}

std::string TextSelect::indexed(Rank most, std::string_view and_documents) {
  // What stands somewhere in a name only the index of names can tell from what stands elsewhere.
  const std::string index = most == Rank::name_holds ? "name_gram" : "gram";
  std::string sql = " from ";
  // A cross join keeps the order of the tables: of each account of the scope its range, of that what matches.
  // So the work does not tell how many there are elsewhere.
  if (scope_.accounts.has_value()) sql += "account a cross join ";
  sql += index + " g" + std::string(and_documents) + " where g." + index + " match " + bind(match_of(most));
  const std::string bits = std::to_string(kAccountBits);
  if (scope_.accounts.has_value())
    sql += " and a.account_id" + in_list(*scope_.accounts) + " and g.rowid between a.no << " + bits +
           " and ((a.no + 1) << " + bits + ") - 1";
  return sql;
}

std::string TextSelect::from_index(Rank most) {
  const std::string sql = indexed(most, " cross join doc d") + " and d.id = g.rowid";
  return sql + conditions(most);
}

std::string TextSelect::from_index_alone(Rank most) { return indexed(most, ""); }

std::string TextSelect::from_labels(Rank most) {
  // The labels' index has the ids: rows that are not among those found are skipped without being read.
  const std::string sql =
      " from doc d indexed by doc_label where d.id in (select g.rowid" + indexed(most, "") + ")";
  return sql + conditions(most);
}

std::string TextSelect::from_first_labels(Rank most, int near) {
  const std::string sql = " from (select * from doc indexed by doc_label where " + gone_sql("gone") +
                          " order by label, id limit " + bind(near) + ") d where 1";
  return sql + conditions(most);
}

std::string TextSelect::from_label_range() {
  // U+10FFFF stands behind all that a text may go on with.
  const std::string& word = words_.words.front();
  const std::string sql = " from doc d indexed by doc_label where d.label >= " + bind(word) +
                          " and d.label < " + bind(word + "\xf4\x8f\xbf\xbf");
  return sql + conditions(Rank::label_begins);
}

}  // namespace hm::query
