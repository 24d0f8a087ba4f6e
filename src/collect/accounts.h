// The accounts that are collected: as whom each is entered, and which regions it uses.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "aws/client.h"
#include "base/money.h"

namespace hm::collect {

// As the user has set it up.
struct Account {
  std::string name;  // for people; may be empty
  std::string id;  // 12 digits; empty: AWS is asked. Where given and AWS says another, the account is refused
  aws::Target target;  // its region is the home region, where what is listed once an account is asked
  std::vector<std::string> regions;        // empty: all that the account has enabled
  std::set<std::string> types_left_out{};  // ids of types that are not asked for
  // Why it cannot be entered as it is set up, such as a profile that does not exist: nothing is asked then,
  // and the others go on.
  std::optional<Error> failure;
  bool metrics = true;                      // whether its metrics are read
  std::optional<Money> metrics_budget_usd;  // for those, a calendar month; none: as for all accounts
  std::vector<std::string> event_queues{};  // that it reads (event_queue.h)
};

// As AWS says that it is.
struct AccountView {
  Account account;
  std::string id;  // empty where AWS could not be asked and nobody has set it
  std::string partition = "aws";
  std::vector<std::string> regions;
  std::optional<Error> failure;         // it could not be entered: nothing of it can be asked
  std::optional<Error> region_failure;  // its regions could not be asked: only the home region is known
};

// Asks who we are and which regions are enabled. Failures are in the view.
AccountView view_account(aws::Client& client, const Account& account, std::stop_token stop);
// "arn:aws:iam::111111111111:role/x" -> "111111111111"; empty where it is no ARN with an account.
std::string account_in_arn(const std::string& arn);

}  // namespace hm::collect
