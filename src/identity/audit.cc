#include "identity/audit.h"

#include <algorithm>

#include "base/check.h"
#include "base/crypto.h"

namespace hm::identity {

namespace {

constexpr size_t kMaxDetailBytes = 16 * 1024;

struct Stored {
  AuditEntry entry;
  std::string details, previous_hash, hash;
};

// Lengths before the parts, so that no two entries have the same text.
std::string hash_of(const Stored& stored) {
  const AuditEntry& entry = stored.entry;
  std::string text = stored.previous_hash;
  for (const std::string& part :
       {std::to_string(entry.seq), std::to_string(to_micros(entry.at)), entry.actor, entry.via, entry.peer,
        entry.action, entry.target, entry.outcome, stored.details}) {
    text += std::to_string(part.size()) + ":" + part;
  }
  return sha256_hex(text);
}

Stored read_row(const store::Row& row) {
  Stored stored;
  stored.entry = {row.integer(0), row.time(1),   row.string(2),
                  row.string(3),  row.string(4), row.string(5),
                  row.string(6),  row.string(7), {}};
  stored.details = row.string(8);
  stored.previous_hash = row.string(9);
  stored.hash = row.string(10);
  return stored;
}

constexpr std::string_view kColumns =
    "select seq, at, actor, via, peer, action, target, outcome, details, previous_hash, hash from audit ";

}  // namespace

Status record(store::Transaction& transaction, Time now, const Actor& actor, const AuditEvent& event) {
  Stored stored;
  stored.details = to_json(event.details);
  if (stored.details.size() > kMaxDetailBytes) stored.details = R"({"note":"too long to be kept"})";
  stored.entry = {0,          now,          actor.name,   std::string(to_string(actor.via)),
                  actor.peer, event.action, event.target, event.refused ? "refused" : "ok",
                  {}};
  // The update comes first: it holds the row, so that appends follow each other.
  HM_DO(transaction.run("update audit_head set seq = seq + 1 where id = 1"));
  HM_DO(transaction.each("select seq, hash from audit_head where id = 1", {}, [&](const store::Row& row) {
    stored.entry.seq = row.integer(0);
    stored.previous_hash = row.string(1);
    return ok();
  }));
  HM_CHECK(stored.entry.seq > 0);
  stored.hash = hash_of(stored);
  HM_DO(transaction.run("update audit_head set hash = $1 where id = 1", {stored.hash}));
  const AuditEntry& entry = stored.entry;
  HM_DO(transaction.run(
      "insert into audit (seq, at, actor, via, peer, action, target, outcome, details, previous_hash, hash) "
      "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      {entry.seq, entry.at, entry.actor, entry.via, entry.peer, entry.action, entry.target, entry.outcome,
       stored.details, stored.previous_hash, stored.hash}));
  return ok();
}

Status trim_audit(store::Transaction& transaction, Time now, const AuditLimits& limits) {
  HM_TRY(const int64_t head, transaction.number("select seq from audit_head where id = 1"));
  HM_TRY(const int64_t first, transaction.number("select min(seq) from audit"));
  HM_TRY(const int64_t old,
         transaction.number("select max(seq) from audit where at < $1", {now - limits.kept}));
  const int64_t last = std::min(std::max(old, head - limits.most), first + kMostTrimmed - 1);
  if (first == 0 || last < first) return ok();
  HM_TRY(const auto hash, transaction.one("select hash from audit where seq = $1", {last},
                                          [](const store::Row& row) { return row.string(0); }));
  HM_TRY(const int64_t removed, transaction.execute("delete from audit where seq <= $1", {last}));
  return record(transaction, now, {"hostmaster", Via::server, ""},
                {.action = "audit.trim",
                 .target = "seq " + std::to_string(last),
                 .details = {{"removed", removed}, {"last_hash", hash.value_or(std::string())}}});
}

Result<std::vector<AuditEntry>> list_audit(store::Reader& reader, const AuditQuery& query) {
  std::string sql(kColumns);
  store::Params params;
  const auto where = [&](const std::string& condition, store::Value value) {
    params.push_back(std::move(value));
    sql += (params.size() == 1 ? "where " : "and ") + condition + std::to_string(params.size()) + " ";
  };
  if (!query.actor.empty()) where("actor = $", query.actor);
  if (query.action.ends_with('.')) {
    // Every text that begins with "user." lies between "user." and "user/".
    where("action >= $", query.action);
    where("action < $", query.action.substr(0, query.action.size() - 1) + "/");
  } else if (!query.action.empty()) {
    where("action = $", query.action);
  }
  if (query.before.has_value()) where("seq < $", *query.before);
  params.push_back(std::clamp(query.limit, 1, 1000));
  sql += "order by seq desc limit $" + std::to_string(params.size());
  HM_TRY(auto rows, reader.all(sql, params, read_row));
  std::vector<AuditEntry> entries;
  for (Stored& stored : rows) {
    HM_TRY(stored.entry.details, parse_json(stored.details));
    entries.push_back(std::move(stored.entry));
  }
  return entries;
}

Result<AuditCheck> check_audit(store::Reader& reader, int limit) {
  AuditCheck check;
  HM_TRY(auto head,
         reader.one("select seq, hash from audit_head where id = 1", {},
                    [](const store::Row& row) { return std::pair(row.integer(0), row.string(1)); }));
  HM_TRY(auto rows, reader.all(std::string(kColumns) + "order by seq desc limit $1", {limit}, read_row));
  int64_t expected_seq = head ? head->first : 0;
  std::string expected_hash = head ? head->second : std::string();
  for (const Stored& stored : rows) {
    if (stored.entry.seq != expected_seq || stored.hash != expected_hash || hash_of(stored) != stored.hash) {
      check.broken_at = expected_seq;
      break;
    }
    ++check.checked;
    expected_seq = stored.entry.seq - 1;
    expected_hash = stored.previous_hash;
  }
  if (rows.empty() && expected_seq != 0) check.broken_at = expected_seq;
  return check;
}

}  // namespace hm::identity
