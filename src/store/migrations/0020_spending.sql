-- What HostMaster's own calls to AWS cost, counted by the meter: one row a calendar month (UTC). The state is
-- the meter's own document; a month that has ended is kept as it was.
create table spending (
  month text primary key,
  state text not null,
  saved_at bigint not null
);
