-- What HostMaster's own calls to AWS cost, by calendar month (UTC), account and call ("ce:GetCostAndUsage").
-- Several processes add to the same rows: the month's row in spending_month is written first, so that its lock
-- keeps the others waiting. cost_usd is a decimal text.
drop table spending;
create table spending (
  month text not null,
  account_id text not null,
  call text not null,
  calls bigint not null,
  cost_usd text not null,
  primary key (month, account_id, call)
);
create table spending_month (
  month text primary key,
  saved_at bigint not null
);
