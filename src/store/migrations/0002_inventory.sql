-- What exists or has existed. Narrow on purpose: lists and filters read only this; documents lie in resource_version.
create table resource (
  id {key},
  account_id text not null,
  place_region text not null,
  type text not null,
  key text not null,
  region text not null,
  arn text not null,
  name text not null,
  label text not null,
  state text not null,
  created_at bigint,
  first_seen bigint not null,
  gone_at bigint,
  missing_since bigint,
  version bigint not null,
  version_id bigint not null,
  hash text not null,
  stored_hash bigint not null,
  tags text not null,
  unknown text not null
);
create unique index resource_place on resource (account_id, place_region, type, key);
create index resource_label on resource (label, id);
create index resource_type_key on resource (type, key);
create index resource_arn on resource (arn);
create index resource_region on resource (region, type);

-- Every state of a resource: `payload` is the compressed document with its tags, relations and readings. A row of
-- kind 'gone' has none: it says that there was nothing from then on.
create table resource_version (
  id {serial},
  resource_id bigint not null,
  version bigint not null,
  kind text not null,
  valid_from bigint not null,
  valid_to bigint,
  payload bytea
);
create unique index resource_version_of on resource_version (resource_id, version);
create index resource_version_from on resource_version (valid_from, id);

create table tag (
  resource_id bigint not null,
  key text not null,
  value text not null,
  primary key (resource_id, key)
);
create index tag_value on tag (key, value);

create table relation (
  resource_id bigint not null,
  name text not null,
  type text not null,
  target text not null,
  primary key (resource_id, name, type, target)
);
create index relation_target on relation (target);

-- The latest sweep of each place, with what its latest ok sweep saw.
create table sweep (
  account_id text not null,
  region text not null,
  type text not null,
  outcome text not null,
  error text not null,
  started_at bigint not null,
  duration_us bigint not null,
  calls bigint not null,
  ok_at bigint,
  ok_count bigint,
  primary key (account_id, region, type)
);

-- The newest sweeps of each place, a bounded number.
create table sweep_history (
  id {serial},
  account_id text not null,
  region text not null,
  type text not null,
  outcome text not null,
  error_code text not null,
  started_at bigint not null,
  duration_us bigint not null,
  calls bigint not null
);
create index sweep_history_place on sweep_history (account_id, region, type, id);

-- From when to when sweeps of a place were ok without a break: what was known at a moment of the past.
create table sweep_span (
  account_id text not null,
  region text not null,
  type text not null,
  ok_from bigint not null,
  ok_to bigint not null,
  primary key (account_id, region, type, ok_from)
);
