#include "query/text_write.h"

#include "query/fold.h"
#include "query/text_sql.h"

namespace hm::query {

Result<TextProgress> LinkTextWriter::progress() {
  TextProgress progress;
  HM_DO(link_.each("select key, value from hm_base_meta", {}, [&](const store::Row& row) -> Status {
    if (row.text(0) == "source") progress.position.source = row.string(1);
    if (row.text(0) == "seq") progress.position.seq = row.integer(1);
    if (row.text(0) == "reading_after" && !row.text(1).empty()) progress.reading_after = row.integer(1);
    return ok();
  }));
  return progress;
}

Status LinkTextWriter::set_progress(const TextProgress& progress) {
  HM_DO(set("source", progress.position.source));
  HM_DO(set("seq", std::to_string(progress.position.seq)));
  return set("reading_after",
             progress.reading_after.has_value() ? std::to_string(*progress.reading_after) : "");
}

Status LinkTextWriter::put(const TextDocument& document) {
  FoldedFields made = folded(document);
  const std::string fields = made.names + made.others;
  HM_TRY(const Stored old, stored(document.number));
  int64_t id = old.id;
  if (id == 0) {
    HM_TRY(id, next_id(document.account_id));
  }
  // Most changes touch no name: then the indexes stay as they are.
  const bool same = old.id != 0 && old.fields == fields && old.names == made.names;
  if (old.id != 0 && !same) HM_DO(unindex(old));
  HM_DO(run("insert or replace into doc values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            {id, document.number, document.account_id, document.region, document.gone ? 1 : 0,
             fold_case(document.label), made.names, fields, document.shown, fields_json(document)}));
  if (same) return ok();
  HM_DO(run("insert into gram (rowid, fields) values ($1, $2)", {id, fields}));
  return run("insert into name_gram (rowid, names) values ($1, $2)", {id, made.names});
}

Status LinkTextWriter::remove(int64_t number) {
  HM_TRY(const Stored old, stored(number));
  if (old.id == 0) return ok();
  HM_DO(unindex(old));
  return run("delete from doc where id = $1", {old.id});
}

Status LinkTextWriter::clear() {
  HM_DO(
      link_.script("insert into gram (gram) values ('delete-all');"
                   "insert into name_gram (name_gram) values ('delete-all');"
                   "delete from doc; delete from account"));
  return set_progress({});
}

Result<LinkTextWriter::Stored> LinkTextWriter::stored(int64_t number) {
  Stored found;
  HM_DO(
      link_.each("select id, names, fields from doc where number = $1", {number}, [&](const store::Row& row) {
        found = {row.integer(0), row.string(1), row.string(2)};
        return ok();
      }));
  return found;
}

Status LinkTextWriter::unindex(const Stored& old) {
  HM_DO(run("insert into gram (gram, rowid, fields) values ('delete', $1, $2)", {old.id, old.fields}));
  return run("insert into name_gram (name_gram, rowid, names) values ('delete', $1, $2)",
             {old.id, old.names});
}

Result<int64_t> LinkTextWriter::next_id(const std::string& account_id) {
  HM_DO(run("insert or ignore into account (account_id) values ($1)", {account_id}));
  HM_TRY(const int64_t account, number("select no from account where account_id = $1", {account_id}));
  const int64_t first = account << kAccountBits;
  return number("select coalesce(max(id), $1) + 1 from doc where id between $1 and $2",
                {first, first + (int64_t{1} << kAccountBits) - 1});
}

Result<int64_t> LinkTextWriter::number(std::string_view sql, const store::Params& params) {
  int64_t found = 0;
  HM_DO(link_.each(sql, params, [&](const store::Row& row) {
    found = row.integer(0);
    return ok();
  }));
  return found;
}
Status LinkTextWriter::set(std::string_view key, const std::string& value) {
  return run("update hm_base_meta set value = $2 where key = $1", {key, value});
}
Status LinkTextWriter::run(std::string_view sql, const store::Params& params) {
  HM_TRY([[maybe_unused]] int64_t rows, link_.execute(sql, params));
  return ok();
}

}  // namespace hm::query
