-- How many calls HostMaster made in each hour (microseconds since 1970) to each service of an account: what the last day
-- took. Two days are kept.
create table spending_hour (
  hour bigint not null,
  account_id text not null,
  service text not null,
  calls bigint not null,
  primary key (hour, account_id, service)
);
