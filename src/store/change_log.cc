#include "store/change_log.h"

#include <algorithm>

namespace hm::store {
namespace {

// Rows of one insert: few statements, each prepared once.
constexpr size_t kRowsPerInsert = 64;
constexpr int kMostChangesRead = 10'000;

std::string insert_sql(size_t rows) {
  std::string sql = "insert into change_log (seq, noun, id, at) values ";
  for (size_t i = 0; i < rows; ++i) {
    sql += i == 0 ? "(" : ", (";
    for (size_t column = 1; column <= 4; ++column)
      sql += (column == 1 ? "$" : ", $") + std::to_string(i * 4 + column);
    sql += ")";
  }
  return sql;
}

Status insert_rows(Transaction& transaction, int64_t first_seq, Time at, size_t from, size_t to) {
  Params params;
  for (size_t i = from; i < to; ++i) {
    const Change& change = transaction.changes()[i];
    params.emplace_back(first_seq + static_cast<int64_t>(i));
    params.emplace_back(change.noun);
    params.emplace_back(change.id);
    params.emplace_back(at);
  }
  return transaction.run(insert_sql(to - from), params);
}

}  // namespace

Result<int64_t> append_changes(Transaction& transaction, Time at) {
  const size_t count = transaction.changes().size();
  HM_TRY(
      const int64_t last,
      transaction.number("update change_counter set last = last + $1 where id = 1 returning last", {count}));
  const int64_t first = last - static_cast<int64_t>(count) + 1;
  size_t done = 0;
  for (; done + kRowsPerInsert <= count; done += kRowsPerInsert)
    HM_DO(insert_rows(transaction, first, at, done, done + kRowsPerInsert));
  // The rest one by one, so that only two texts are ever prepared.
  std::vector<Params> rest;
  for (; done < count; ++done) {
    const Change& change = transaction.changes()[done];
    rest.push_back({first + static_cast<int64_t>(done), change.noun, change.id, at});
  }
  HM_TRY([[maybe_unused]] int64_t rows, transaction.execute_many(insert_sql(1), rest));
  return last;
}

Result<std::vector<Change>> read_changes(Reader& reader, int64_t position, int limit) {
  HM_TRY(const int64_t last, reader.number("select last from change_counter where id = 1"));
  if (position == last) return std::vector<Change>{};
  HM_TRY(auto changes,
         reader.all("select seq, noun, id, at from change_log where seq > $1 order by seq limit $2",
                    {position, std::clamp(limit, 1, kMostChangesRead)}, [](const Row& row) {
                      return Change{row.integer(0), row.string(1), row.string(2), row.time(3)};
                    }));
  // Numbers have no holes, so the first one tells whether something before it has been forgotten.
  if (changes.empty() || changes.front().seq != position + 1)
    return make_error(ErrorKind::not_found, "trimmed", "the change log does not reach back to this position");
  return changes;
}

Result<int64_t> drop_changes(Transaction& transaction, Time before) {
  // By number, not by time: a clock that jumps must not leave holes.
  return transaction.execute(
      "delete from change_log where seq < coalesce((select min(seq) from change_log where at >= $1), "
      "(select last from change_counter where id = 1))",
      {before});
}

}  // namespace hm::store
