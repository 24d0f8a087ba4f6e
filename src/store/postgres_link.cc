#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <unordered_map>
#include <utility>

#include <libpq-fe.h>

#include "base/check.h"
#include "base/encoding.h"
#include "store/link.h"
#include "store/postgres.h"

namespace hm::store {
namespace {

// Rows sent before their answers are read. An answer to an upsert is some 20 bytes, so these fit any socket
// buffer and neither side can wait for the other for ever.
constexpr size_t kPipelineRows = 256;

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

Error lost() {
  return make_error(ErrorKind::unavailable, "disconnected", "the connection to PostgreSQL was lost");
}

// The primary message names tables and constraints, never values, except for data exceptions (class 22):
// those quote the offending value, so only their code is told.
Error translate(const PGresult* result) {
  const char* state_text = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const std::string state = state_text != nullptr ? state_text : "";
  const std::string message = primary != nullptr ? primary : "no answer";
  const std::string family = state.substr(0, 2);
  if (state == "40001" || state == "40P01" || state == "55P03")
    return make_error(ErrorKind::unavailable, "busy", message);
  if (state == "23505") return make_error(ErrorKind::conflict, "unique", message);
  if (state == "23503") return make_error(ErrorKind::conflict, "foreign_key", message);
  if (family == "23") return make_error(ErrorKind::invalid, "constraint", message);
  if (family == "22")
    return make_error(ErrorKind::invalid, "value", "a value does not fit its column (" + state + ")");
  if (state == "53100") return make_error(ErrorKind::exhausted, "disk_full", "PostgreSQL's disk is full");
  if (family == "53") return make_error(ErrorKind::unavailable, "server_exhausted", message);
  if (state == "57014") return make_error(ErrorKind::cancelled, "interrupted", "stopped");
  if (family == "57" || family == "08" || state == "25006" || state == "25P03")
    return make_error(ErrorKind::unavailable, "disconnected", message);
  if (state == "42501" || family == "28") return make_error(ErrorKind::denied, "not_allowed", message);
  if (state == "XX001" || state == "XX002") return make_error(ErrorKind::corrupt, "corrupt_file", message);
  return make_error(ErrorKind::internal, "sql", message + (state.empty() ? "" : " (" + state + ")"));
}

// Parameters in the form of libpq: text, except blobs, which go as they are.
class Wire {
 public:
  explicit Wire(const Params& params) : texts_(params.size()) {
    for (size_t i = 0; i < params.size(); ++i) add(i, params[i]);
  }
  int count() const { return static_cast<int>(values_.size()); }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  template <class T>
  void number(size_t i, T value) {
    std::array<char, 40> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    texts_[i].assign(buffer.data(), end.ptr);
  }
  void add(size_t i, const Value& value) {
    const char* data = nullptr;
    size_t length = 0;
    int format = 0;
    std::visit(
        [&](const auto& held) {
          using T = std::decay_t<decltype(held)>;
          if constexpr (std::is_same_v<T, int64_t> || std::is_same_v<T, double>) number(i, held);
          if constexpr (std::is_same_v<T, bool>) texts_[i] = held ? "t" : "f";
          if constexpr (std::is_same_v<T, Blob>) {
            data = held.bytes.data();
            length = held.bytes.size();
            format = 1;
          } else if constexpr (std::is_same_v<T, std::string>) {
            // PostgreSQL's text holds no NUL; the replacement character shows that there was one.
            data = held.c_str();
            if (held.find('\0') != std::string::npos) {
              for (const char c : held) c == '\0' ? texts_[i] += "\xEF\xBF\xBD" : texts_[i] += c;
              data = texts_[i].c_str();
            }
          } else if constexpr (!std::is_same_v<T, std::monostate>) {
            data = texts_[i].c_str();
          }
        },
        value.held());
    values_.push_back(data);
    lengths_.push_back(static_cast<int>(length));
    formats_.push_back(format);
  }

  std::vector<std::string> texts_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

constexpr Oid kBool = 16, kBytea = 17, kInt8 = 20, kInt2 = 21, kInt4 = 23, kText = 25, kFloat4 = 700,
              kFloat8 = 701, kVarchar = 1043;

// Whether a value of this type is read as PostgreSQL keeps it. As text, a stored document would come as
// hexadecimal digits, which both sides work at; the text of what is not known here can be read by anybody.
bool is_read_binary(Oid type) {
  constexpr std::array<Oid, 9> kKnown = {kBool, kBytea,  kInt8,   kInt2,   kInt4,
                                         kText, kFloat4, kFloat8, kVarchar};
  return std::find(kKnown.begin(), kKnown.end(), type) != kKnown.end();
}

// The numbers are read here so that Row knows one form for both dialects.
class Decoder {
 public:
  void read(const PGresult* result, int row, std::vector<Row::Cell>& cells) {
    const int columns = PQnfields(result);
    cells.resize(static_cast<size_t>(columns));
    bytes_.resize(cells.size());
    for (int column = 0; column < columns; ++column) {
      const auto at = static_cast<size_t>(column);
      cells[at] = {};
      if (PQgetisnull(result, row, column) != 0) continue;
      const std::string_view value(PQgetvalue(result, row, column),
                                   static_cast<size_t>(PQgetlength(result, row, column)));
      const Oid type = PQftype(result, column);
      cells[at] =
          PQfformat(result, column) == 1 ? from_binary(type, value) : from_text(type, value, bytes_[at]);
    }
  }

 private:
  static Row::Cell integer_of(int64_t value) {
    Row::Cell cell;
    cell.kind = Row::Cell::Kind::integer;
    cell.integer = value;
    return cell;
  }
  static Row::Cell real_of(double value) {
    Row::Cell cell;
    cell.kind = Row::Cell::Kind::real;
    cell.real = value;
    return cell;
  }
  static Row::Cell bytes_of(std::string_view bytes) {
    Row::Cell cell;
    cell.kind = Row::Cell::Kind::bytes;
    cell.bytes = bytes;
    return cell;
  }

  // As it goes over the network: the first byte is the highest.
  template <class T>
  static T number_of(std::string_view value) {
    HM_CHECK(value.size() == sizeof(T));
    T number = 0;
    for (const char byte : value) number = static_cast<T>(number << 8 | static_cast<unsigned char>(byte));
    return number;
  }

  static Row::Cell from_binary(Oid type, std::string_view value) {
    switch (type) {
      case kBool:
        return integer_of(value == std::string_view("\1", 1) ? 1 : 0);
      case kInt8:
        return integer_of(static_cast<int64_t>(number_of<uint64_t>(value)));
      case kInt4:
        return integer_of(static_cast<int32_t>(number_of<uint32_t>(value)));
      case kInt2:
        return integer_of(static_cast<int16_t>(number_of<uint16_t>(value)));
      case kFloat8:
        return real_of(std::bit_cast<double>(number_of<uint64_t>(value)));
      case kFloat4:
        return real_of(std::bit_cast<float>(number_of<uint32_t>(value)));
      default:
        return bytes_of(value);
    }
  }

  static Row::Cell from_text(Oid type, std::string_view text, std::string& buffer) {
    int64_t integer = 0;
    double real = 0;
    const char* end = text.data() + text.size();
    switch (type) {
      case kBool:
        return integer_of(text == "t" ? 1 : 0);
      case kInt8:
      case kInt2:
      case kInt4:
        std::from_chars(text.data(), end, integer);
        return integer_of(integer);
      case kFloat4:
      case kFloat8:
        std::from_chars(text.data(), end, real);
        return real_of(real);
      case kBytea:  // \x and hexadecimal digits
        if (auto bytes = unhex(text.substr(2)); bytes.has_value()) buffer = std::move(*bytes);
        return bytes_of(buffer);
      default:
        return bytes_of(text);
    }
  }
  std::vector<std::string> bytes_;
};

struct Prepared {
  std::string name;
  int format = 0;  // of what it answers; 1: as PostgreSQL keeps it
};

class PostgresLink final : public Link {
 public:
  explicit PostgresLink(PgConnection connection) : connection_(std::move(connection)) {}

  Dialect dialect() const override { return Dialect::postgres; }
  bool alive() const override { return !dead_ && PQstatus(raw()) == CONNECTION_OK; }

  // A reading transaction begins with its first statement, and nobody waits for its end: of most reads, which
  // ask one thing, that leaves one answer to wait for instead of three.
  Status begin(bool writing) override {
    HM_DO(settle());
    if (prepared_.size() >= kMaxPrepared) {
      HM_DO(script("deallocate all"));
      prepared_.clear();
    }
    reading_ = !writing;
    unbegun_ = !writing;
    return writing ? script("begin isolation level read committed read write") : ok();
  }

  Status commit() override {
    Answer answer(PQexec(raw(), "commit"));
    HM_DO(check(answer.get()));
    // COMMIT of a transaction that had failed answers ROLLBACK.
    if (std::strcmp(PQcmdStatus(answer.get()), "COMMIT") != 0)
      return make_error(ErrorKind::internal, "sql", "the transaction had failed before its commit");
    return ok();
  }

  void rollback() override {
    if (std::exchange(unbegun_, false) || !alive() || PQtransactionStatus(raw()) == PQTRANS_IDLE) return;
    if (reading_) {
      unsettled_ = PQsendQuery(raw(), "rollback") != 0;
      dead_ = dead_ || !unsettled_;
    } else if (!script("rollback").has_value()) {
      dead_ = true;
    }
  }

  Status each(std::string_view sql, const Params& params,
              const std::function<Status(const Row&)>& f) override {
    HM_CHECK(!stepping_);
    HM_TRY(const Prepared prepared, prepare(sql));
    const Wire wire(params);
    if (std::exchange(unbegun_, false)) return begin_with(prepared, wire, f);
    if (!send(prepared, wire)) return lost();
    return take_rows(f);
  }

  Result<int64_t> execute(std::string_view sql, const Params& params) override {
    HM_CHECK(!stepping_ && !unbegun_);
    HM_TRY(const Prepared prepared, prepare(sql));
    const Wire wire(params);
    Answer answer(PQexecPrepared(raw(), prepared.name.c_str(), wire.count(), wire.values(), wire.lengths(),
                                 wire.formats(), 0));
    HM_DO(check(answer.get()));
    return rows_changed(answer.get());
  }

  Result<int64_t> execute_many(std::string_view sql, const std::vector<Params>& rows) override {
    HM_CHECK(!stepping_ && !unbegun_);
    if (rows.empty()) return int64_t{0};
    HM_TRY(const Prepared prepared, prepare(sql));
    if (PQenterPipelineMode(raw()) == 0) return lost();
    int64_t changed = 0;
    Status status = ok();
    for (size_t at = 0; at < rows.size() && status.has_value(); at += kPipelineRows)
      status = pipeline(prepared.name, rows, at, std::min(rows.size(), at + kPipelineRows), changed);
    if (PQexitPipelineMode(raw()) == 0) dead_ = true;
    if (!status.has_value()) return std::move(status.error());
    return changed;
  }

  Status script(const std::string& sql) override {
    HM_DO(settle());
    Answer answer(PQexec(raw(), sql.c_str()));
    return check(answer.get());
  }

 private:
  PGconn* raw() const { return connection_.get(); }

  Status check(const PGresult* answer) {
    const ExecStatusType status = PQresultStatus(answer);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE) return ok();
    if (PQstatus(raw()) != CONNECTION_OK || answer == nullptr) {
      dead_ = true;
      return lost();
    }
    Error error = translate(answer);
    if (error.code == "disconnected") dead_ = true;
    return error;
  }

  Result<Prepared> prepare(std::string_view sql) {
    const std::string text(sql);
    const auto found = prepared_.find(text);
    if (found != prepared_.end()) return found->second;
    Prepared made{.name = "s" + std::to_string(next_name_++)};
    Answer answer(PQprepare(raw(), made.name.c_str(), text.c_str(), 0, nullptr));
    HM_DO(check(answer.get()));
    Answer described(PQdescribePrepared(raw(), made.name.c_str()));
    HM_DO(check(described.get()));
    made.format = 1;
    for (int column = 0; column < PQnfields(described.get()); ++column)
      if (!is_read_binary(PQftype(described.get(), column))) made.format = 0;
    prepared_.emplace(text, made);
    return made;
  }

  static int64_t rows_changed(PGresult* answer) {
    const std::string_view text = PQcmdTuples(answer);
    int64_t rows = 0;
    std::from_chars(text.data(), text.data() + text.size(), rows);
    return rows;
  }

  bool send(const Prepared& prepared, const Wire& wire) {
    return PQsendQueryPrepared(raw(), prepared.name.c_str(), wire.count(), wire.values(), wire.lengths(),
                               wire.formats(), prepared.format) != 0;
  }

  // Both go out together. Where the first fails the second is not run.
  Status begin_with(const Prepared& prepared, const Wire& wire, const std::function<Status(const Row&)>& f) {
    if (PQenterPipelineMode(raw()) == 0) return lost();
    if (PQsendQueryParams(raw(), "begin isolation level repeatable read read only", 0, nullptr, nullptr,
                          nullptr, nullptr, 0) == 0 ||
        !send(prepared, wire) || PQpipelineSync(raw()) == 0) {
      dead_ = true;
      return lost();
    }
    Status begun = take_end();
    Status status = take_rows(f);
    const Answer sync(PQgetResult(raw()));
    if (sync == nullptr || PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC ||
        PQexitPipelineMode(raw()) == 0)
      dead_ = true;
    return begun.has_value() ? status : begun;
  }

  // The answer of what has no rows, with the null behind it.
  Status take_end() {
    const Answer answer(PQgetResult(raw()));
    Status status = check(answer.get());
    if (answer != nullptr) PQclear(PQgetResult(raw()));
    return status;
  }

  // What came of the end of the last reading transaction. Where it failed, whatever the reason, the
  // connection is of no more use.
  Status settle() {
    if (!std::exchange(unsettled_, false)) return ok();
    if (take_end().has_value()) return ok();
    dead_ = true;
    return lost();
  }

  Status take_rows(const std::function<Status(const Row&)>& f) {
    if (PQsetSingleRowMode(raw()) == 0) return lost();
    stepping_ = true;
    Status status = step(f);
    stepping_ = false;
    return status;
  }

  Status step(const std::function<Status(const Row&)>& f) {
    Status status = ok();
    const Row row(cells_);
    while (Answer answer{PQgetResult(raw())}) {
      if (!status.has_value()) continue;
      status = check(answer.get());
      for (int i = 0; status.has_value() && i < PQntuples(answer.get()); ++i) {
        decoder_.read(answer.get(), i, cells_);
        status = f(row);
        if (!status.has_value()) cancel();
      }
    }
    return status;
  }

  // Stops the rest of an answer that nobody wants; the transaction it stands in is over then.
  void cancel() {
    PGcancel* request = PQgetCancel(raw());
    if (request == nullptr) return;
    std::array<char, 256> reason;
    if (PQcancel(request, reason.data(), static_cast<int>(reason.size())) == 0) dead_ = true;
    PQfreeCancel(request);
  }

  Status pipeline(const std::string& name, const std::vector<Params>& rows, size_t from, size_t to,
                  int64_t& changed) {
    for (size_t i = from; i < to; ++i) {
      const Wire wire(rows[i]);
      if (PQsendQueryPrepared(raw(), name.c_str(), wire.count(), wire.values(), wire.lengths(),
                              wire.formats(), 0) == 0)
        return lost();
    }
    if (PQpipelineSync(raw()) == 0) return lost();
    Status status = ok();
    // Each statement answers with one result and a null, the sync with one result: a null twice is a lost
    // connection.
    for (int nulls = 0; nulls < 2;) {
      Answer answer(PQgetResult(raw()));
      nulls = answer == nullptr ? nulls + 1 : 0;
      if (answer == nullptr) continue;
      const ExecStatusType kind = PQresultStatus(answer.get());
      if (kind == PGRES_PIPELINE_SYNC) return status;
      if (kind == PGRES_PIPELINE_ABORTED) continue;
      Status one = check(answer.get());
      if (one.has_value()) changed += rows_changed(answer.get());
      if (!one.has_value() && status.has_value()) status = std::move(one);
    }
    dead_ = true;
    return lost();
  }

  PgConnection connection_;
  std::unordered_map<std::string, Prepared> prepared_;
  std::vector<Row::Cell> cells_;
  Decoder decoder_;
  int64_t next_name_ = 0;
  bool stepping_ = false;
  bool reading_ = false;    // the transaction
  bool unbegun_ = false;    // its begin goes out with its first statement
  bool unsettled_ = false;  // the answer to the last rollback has not been taken
  bool dead_ = false;
};

}  // namespace

void CloseConnection::operator()(PGconn* connection) const { PQfinish(connection); }

Result<PgConnection> connect_postgres(const std::string& url) {
  // libpq's own message for a malformed URL quotes it, password and all.
  PQconninfoOption* parsed = PQconninfoParse(url.c_str(), nullptr);
  if (parsed == nullptr)
    return make_error(
        ErrorKind::invalid, "database_url",
        "the PostgreSQL URL is not understood; it looks like postgres://user@host:5432/database");
  PQconninfoFree(parsed);
  // What the URL does not say. A server that stops answering is noticed after 30 s.
  constexpr std::array<const char*, 7> kNames = {"connect_timeout",
                                                 "client_encoding",
                                                 "fallback_application_name",
                                                 "keepalives_idle",
                                                 "tcp_user_timeout",
                                                 "dbname",
                                                 nullptr};
  const std::array<const char*, 7> values = {"5", "UTF8", "hostmaster", "30", "30000", url.c_str(), nullptr};
  PgConnection connection(PQconnectdbParams(kNames.data(), values.data(), 1));
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    std::string message = connection != nullptr ? PQerrorMessage(connection.get()) : "out of memory";
    while (!message.empty() && message.back() == '\n') message.pop_back();
    // One line in a log is one event.
    std::replace_if(
        message.begin(), message.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
    return make_error(ErrorKind::unavailable, "disconnected", message);
  }
  // Notices would go to standard error; what matters comes as an error.
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  return connection;
}

Result<std::unique_ptr<Link>> open_postgres(const std::string& url) {
  HM_TRY(PgConnection connection, connect_postgres(url).context("connecting to PostgreSQL"));
  if (PQserverVersion(connection.get()) < 150000)
    return make_error(ErrorKind::invalid, "postgres_version", "PostgreSQL 15 or newer is needed");
  auto link = std::make_unique<PostgresLink>(std::move(connection));
  HM_DO(
      link->script("set lock_timeout='10s'; set idle_in_transaction_session_timeout='5min'; "
                   "set bytea_output='hex'; set standard_conforming_strings=on"));
  return link;
}

}  // namespace hm::store
