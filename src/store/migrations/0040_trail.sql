-- When the state before a version was last seen: the ok sweep of its place before the one that noticed the version.
-- The change happened after that. Null: there was none, or it is not known.
alter table resource_version add column seen_before bigint;

-- The calls that changed something, as CloudTrail tells them: who made which call, and nothing of what it said.
create table trail_event (
  id {serial},
  account_id text not null,
  region text not null,
  event_id text not null,
  at bigint not null,
  call text not null,
  principal text not null,
  principal_type text not null,
  via text not null,
  source_ip text not null,
  user_agent text not null
);
create unique index trail_event_once on trail_event (account_id, region, event_id);
create index trail_event_at on trail_event (at, id);

-- What a call names, each as a number made from the account and the id, ARN or name.
create table trail_target (
  target bigint not null,
  at bigint not null,
  event bigint not null,
  primary key (target, at, event)
);
create index trail_target_event on trail_target (event);

-- From when to when the event history of a place has been read, and how the latest look went.
create table trail_position (
  account_id text not null,
  region text not null,
  read_from bigint,
  read_to bigint,
  looked_at bigint not null,
  outcome text not null,
  error text not null,
  primary key (account_id, region)
);

-- The earliest moment of which everything is still known; one row, once something has been forgotten.
create table history_horizon (
  id {key},
  horizon bigint not null
);
