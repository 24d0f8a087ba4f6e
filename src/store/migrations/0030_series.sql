-- One metric of one resource, with one statistic. `read_from` and `read_to`: all that CloudWatch has in between
-- is known, so that no point there means that it had none. `outcome` is that of the latest look; due_at is null
-- where it is not read any more.
create table series (
  id {serial},
  resource_id bigint not null,
  account_id text not null,
  region text not null,
  namespace text not null,
  name text not null,
  statistic text not null,
  dimensions text not null,
  period_s bigint not null,
  continuous boolean not null,
  outcome text not null,
  code text not null,
  message text not null,
  read_from bigint,
  read_to bigint,
  looked_at bigint,
  last_point_at bigint,
  due_at bigint
);
create unique index series_of_resource on series (resource_id, namespace, name, statistic);
create index series_due on series (account_id, due_at);

-- Points of days that have not ended or are not known whole.
create table series_point (
  series bigint not null,
  at bigint not null,
  value double precision not null,
  primary key (series, at)
);

-- A day (since 1970, UTC) in one piece; series/chunk.h has the form. `period_s` becomes an hour when the day is
-- thinned.
create table series_chunk (
  series bigint not null,
  day bigint not null,
  period_s bigint not null,
  points bigint not null,
  payload bytea not null,
  primary key (series, day)
);
create index series_chunk_age on series_chunk (period_s, day);

-- How far the change log has been followed for resources that have metrics.
create table series_position (
  id bigint primary key,
  position bigint not null
);
