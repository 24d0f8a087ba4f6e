-- What rules have found: one row for each rule and resource, from the first time that it was found on.
create table finding (
  id {key},
  rule text not null,
  category text not null,
  resource_id bigint not null,
  type text not null,
  account_id text not null,
  region text not null,
  state text not null,
  outcome text not null,
  doubt text not null,
  severity bigint not null,
  reason text not null,
  saving_usd text,
  evidence text not null,
  held text not null,
  held_until bigint,
  note text not null,
  actor text not null,
  first_seen bigint not null,
  found_since bigint not null,
  last_seen bigint not null,
  opened_at bigint,
  resolved_at bigint,
  resolution text not null
);
create unique index finding_of on finding (rule, resource_id);
create index finding_resource on finding (resource_id);
create index finding_state on finding (state, severity, id);
create index finding_held on finding (held_until);

-- Each change of a finding's state, with who did it and when.
create table finding_event (
  id {serial},
  finding_id bigint not null,
  at bigint not null,
  kind text not null,
  actor text not null,
  note text not null,
  until bigint
);
create index finding_event_of on finding_event (finding_id, id);

-- The latest run of each rule. `seq` is the position of the change log up to which it knew the inventory.
create table rule_state (
  rule text primary key,
  status text not null,
  error text not null,
  seq bigint not null,
  ran_at bigint not null,
  ok_at bigint,
  duration_us bigint not null,
  truncated boolean not null
);

-- What the latest ok run of a rule counted in each place. `gaps` are sweeps without which it cannot be told what there
-- is; `doubts` says why outcomes are unknown.
create table rule_count (
  rule text not null,
  account_id text not null,
  region text not null,
  found bigint not null,
  passed bigint not null,
  unknown bigint not null,
  gaps bigint not null,
  doubts text not null,
  primary key (rule, account_id, region)
);

-- Rules written in the SQL console. `document` is what a rule's file would say, as JSON. They run within the scope of
-- their author; scopes are kept as those of users.
create table user_rule (
  id text primary key,
  category text not null,
  document text not null,
  author text not null,
  scope_accounts text,
  scope_regions text,
  created_at bigint not null,
  updated_at bigint not null
);
