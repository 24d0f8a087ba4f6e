// Reader and Transaction: the part of a connection that callers see.
#include <utility>

#include "store/database.h"
#include "store/link.h"

namespace hm::store {

std::string_view to_string(Dialect dialect) { return dialect == Dialect::sqlite ? "sqlite" : "postgres"; }

Dialect Reader::dialect() const { return link_.dialect(); }

Status Reader::each(std::string_view sql, const Params& params, const std::function<Status(const Row&)>& f) {
  return link_.each(sql, params, f);
}

Result<int64_t> Reader::number(std::string_view sql, const Params& params) {
  HM_TRY(auto found, one(sql, params, [](const Row& row) { return row.integer(0); }));
  return found.value_or(0);
}

Scanning::Scanning(Reader& reader) : link_(reader.link_) { link_.expect_scan(true); }
Scanning::~Scanning() { link_.expect_scan(false); }

Result<int64_t> Transaction::execute(std::string_view sql, const Params& params) {
  return link_.execute(sql, params);
}

Status Transaction::run(std::string_view sql, const Params& params) {
  HM_TRY([[maybe_unused]] int64_t changed, link_.execute(sql, params));
  return ok();
}

Result<int64_t> Transaction::execute_many(std::string_view sql, const std::vector<Params>& rows) {
  return link_.execute_many(sql, rows);
}

void Transaction::changed(std::string_view noun, std::string_view id) {
  changes_.push_back({0, std::string(noun), std::string(id), Time{}});
}

}  // namespace hm::store
