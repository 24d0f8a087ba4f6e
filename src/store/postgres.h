// A raw connection to PostgreSQL, for the link and for the thread that listens. libpq's header stays in the
// .cc files.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

struct pg_conn;

namespace hm::store {

struct CloseConnection {
  void operator()(pg_conn* connection) const;
};
using PgConnection = std::unique_ptr<pg_conn, CloseConnection>;

// Failures never quote the URL.
Result<PgConnection> connect_postgres(const std::string& url);

}  // namespace hm::store
