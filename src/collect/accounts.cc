#include "collect/accounts.h"

#include <algorithm>

#include "collect/details.h"

namespace hm::collect {

namespace {

// The parts between the colons of an ARN.
std::string arn_part(const std::string& arn, int index) {
  size_t from = 0;
  for (int i = 0; i < index; ++i) {
    from = arn.find(':', from);
    if (from == std::string::npos) return {};
    ++from;
  }
  return arn.substr(from, arn.find(':', from) - from);
}

std::string named(const Account& account) {
  if (!account.name.empty() && !account.id.empty()) return account.name + " (" + account.id + ")";
  if (!account.name.empty()) return account.name;
  return account.id.empty() ? "the account of these credentials" : account.id;
}

aws::CallOptions options_with(std::stop_token stop) {
  aws::CallOptions options;
  options.stop = std::move(stop);
  return options;
}

// Asks again after a failure that may have been chance (see details.h).
template <class F>
Status in_rounds(std::stop_token stop, F&& ask) {
  Status status = ask();
  for (int round = 1; round < kRounds && !status && is_by_chance(status.error()) && !stop.stop_requested();
       ++round)
    status = ask();
  return status;
}

Status enter(aws::Client& client, const Account& account, AccountView& view, std::stop_token stop) {
  HM_TRY(auto identity,
         client.call("sts", "GetCallerIdentity", JsonObject{}, account.target, options_with(stop)));
  const std::string id(member_text(identity, "Account"));
  if (!account.id.empty() && account.id != id)
    return make_error(ErrorKind::invalid, "other_account",
                      "the credentials belong to account " + id + ", not to " + account.id +
                          ": correct the role or the account id");
  view.id = id;
  const std::string partition = arn_part(std::string(member_text(identity, "Arn")), 1);
  if (!partition.empty()) view.partition = partition;
  return ok();
}

Status find_regions(aws::Client& client, const Account& account, AccountView& view, std::stop_token stop) {
  if (!account.regions.empty()) {
    view.regions = account.regions;
    return ok();
  }
  // Without AllRegions the answer holds those alone that are enabled, opt-in or not.
  HM_TRY(auto answer,
         client.call("ec2", "DescribeRegions", JsonObject{}, account.target, options_with(stop)));
  const Json* regions = member(answer, "Regions");
  if (regions != nullptr && regions->is_array()) {
    for (const auto& region : regions->get_array())
      view.regions.emplace_back(member_text(region, "RegionName"));
  }
  std::sort(view.regions.begin(), view.regions.end());
  if (view.regions.empty())
    return make_error(ErrorKind::corrupt, "no_regions", "AWS names no region that is enabled");
  return ok();
}

}  // namespace

std::string account_in_arn(const std::string& arn) { return arn_part(arn, 4); }

AccountView view_account(aws::Client& client, const Account& account, std::stop_token stop) {
  AccountView view;
  view.account = account;
  view.id = account.id;
  if (account.failure) {
    view.failure = Error(*account.failure).context("entering " + named(account));
    view.regions = account.regions;
    return view;
  }
  if (auto entered = in_rounds(stop, [&] { return enter(client, account, view, stop); }); !entered) {
    view.failure = std::move(entered.error()).context("entering " + named(account));
    view.regions = account.regions;
    return view;
  }
  view.account.target.account_id = view.id;
  if (auto found = in_rounds(stop, [&] { return find_regions(client, view.account, view, stop); }); !found) {
    view.region_failure =
        std::move(found.error()).context("asking which regions " + named(view.account) + " uses");
    *view.region_failure = explain(std::move(*view.region_failure),
                                   {"ec2", "DescribeRegions", JsonObject{}, {"ec2:DescribeRegions"}});
    view.regions = {account.target.region};
  }
  return view;
}

}  // namespace hm::collect
