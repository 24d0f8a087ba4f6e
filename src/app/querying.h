// The query database of this process: kept up to the store by a thread of its own, asked by the API.
#pragma once

#include <memory>
#include <thread>

#include "api/services.h"
#include "app/config.h"
#include "inventory/projection.h"
#include "inventory/quota.h"
#include "query/query.h"

namespace hm::app {

class Querying {
 public:
  // All outlive it.
  static Result<std::unique_ptr<Querying>> start(const Config& config, const catalog::Catalog& catalog,
                                                 store::Database& database, Clock& clock);
  ~Querying();

  // Ends the statements that run, and answers no more. Nothing is kept up to date afterwards.
  void stop();

  // Thread-safe.
  Result<api::QueryAnswer> run(const identity::Scope& scope, const std::string& sql, std::optional<Time> at,
                               const std::stop_token& stop);
  Result<inventory::QuotaList> quotas(const identity::Scope& scope);
  Result<rules::Evaluation> try_rule(const rules::ActiveRule& rule);
  JsonArray tables() const;
  // What the rules of this process run on.
  query::QueryDatabase& database() { return *query_; }

 private:
  Querying(const Config& config, const catalog::Catalog& catalog, store::Database& database, Clock& clock,
           std::unique_ptr<query::QueryDatabase> query);
  void follow(const std::stop_token& stop);

  const std::string directory_;
  const catalog::Catalog& catalog_;
  store::Database& database_;
  Clock& clock_;
  std::unique_ptr<query::QueryDatabase> query_;
  std::stop_source stopping_;  // ends statements that run when the program stops
  std::jthread thread_;
};

}  // namespace hm::app
