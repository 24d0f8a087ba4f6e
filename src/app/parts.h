// What an App is made of, in the order in which it is made; taken down in the opposite one.
#pragma once

#include <memory>
#include <optional>
#include <thread>

#include "api/assets.h"
#include "api/gate.h"
#include "api/live.h"
#include "app/app.h"
#include "app/collecting.h"
#include "app/querying.h"
#include "app/ruling.h"
#include "app/searching.h"
#include "collect/spending.h"
#include "identity/password.h"

namespace hm::app {

struct App::Parts {
  Parts(Config given, Clock& the_clock) : config(std::move(given)), clock(the_clock) {}

  Config config;
  Clock& clock;
  std::shared_ptr<const catalog::Catalog> catalog;  // shared with the services
  std::unique_ptr<store::Database> database;
  std::optional<identity::SecretBox> secret_box;
  std::optional<identity::Users> users;
  std::optional<identity::Sessions> sessions;
  std::optional<identity::Keys> keys;
  std::optional<identity::FirstAdmin> first_admin;
  std::optional<api::AccountBook> accounts;
  std::unique_ptr<collect::SpendingBook> spending;
  std::unique_ptr<AwsStack> aws;
  std::unique_ptr<Collecting> collecting;
  std::unique_ptr<rules::RuleBook> book;
  std::unique_ptr<Querying> querying;
  std::unique_ptr<Ruling> ruling;
  std::unique_ptr<Searching> searching;
  // Twenty attempts at once, then one each three seconds: more than people need, far less than guessing does.
  api::RateLimit login_limit{20, std::chrono::seconds(3)};
  api::Metrics metrics;
  std::unique_ptr<api::Services> services;
  std::optional<api::Assets> assets;
  std::unique_ptr<api::LiveHub> live;
  std::unique_ptr<api::Gate> gate;
  std::unique_ptr<HttpServer> server;
  std::jthread housekeeping;
  std::jthread packing;
};

}  // namespace hm::app
