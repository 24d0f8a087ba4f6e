#include "collect/spending.h"

namespace hm::collect {

namespace {
std::string month_of(const Clock& clock) { return format_iso(clock.now()).substr(0, 7); }
}  // namespace

Result<std::unique_ptr<SpendingBook>> SpendingBook::open(store::Database& database, const Clock& clock,
                                                         std::optional<Money> monthly_budget_usd) {
  std::unique_ptr<SpendingBook> book(new SpendingBook(database, clock));
  book->meter_.set_default_budget(monthly_budget_usd);
  HM_TRY(const auto state, database.read("reading what our calls cost", [&](store::Reader& reader) {
    return reader.one("select state from spending where month = $1", {month_of(clock)},
                      [](const store::Row& row) { return row.string(0); });
  }));
  if (state) {
    HM_TRY(const Json json, parse_json(*state).context("reading what our calls cost"));
    HM_DO(book->meter_.restore(json));
  }
  return book;
}

Status SpendingBook::save() {
  const std::string state = to_json(meter_.state());
  return database_.write("keeping what our calls cost", [&](store::Transaction& transaction) -> Status {
    HM_DO(transaction.run(
        "insert into spending (month, state, saved_at) values ($1, $2, $3) "
        "on conflict (month) do update set state = excluded.state, saved_at = excluded.saved_at",
        {month_of(clock_), state, clock_.now()}));
    return ok();
  });
}

}  // namespace hm::collect
