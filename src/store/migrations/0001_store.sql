create table store_meta (
  key text primary key,
  value text not null
);

-- The last sequence number of the change log. A transaction takes its numbers from this row as its last act, so on
-- PostgreSQL the row's lock makes numbers appear in commit order.
create table change_counter (
  id {key},
  last bigint not null
);
insert into change_counter (id, last) values (1, 0);

create table change_log (
  seq {key},
  noun text not null,
  id text not null,
  at bigint not null
);
create index change_log_at on change_log (at);

-- Work to be done by any process. `lease` counts how often it was handed out: whoever holds an older one is late.
create table job (
  id text primary key,
  kind text not null,
  dedup text,
  payload text not null,
  state text not null,
  run_at bigint not null,
  created_at bigint not null,
  attempts bigint not null,
  max_attempts bigint not null,
  lease bigint not null,
  lease_until bigint,
  worker text,
  error text
);
create index job_due on job (kind, state, run_at);
create unique index job_dedup on job (kind, dedup);

-- The same shape: what one stage hands to the next, written in the transaction that decided it.
create table outbox (
  id text primary key,
  kind text not null,
  dedup text,
  payload text not null,
  state text not null,
  run_at bigint not null,
  created_at bigint not null,
  attempts bigint not null,
  max_attempts bigint not null,
  lease bigint not null,
  lease_until bigint,
  worker text,
  error text
);
create index outbox_due on outbox (kind, state, run_at);
create unique index outbox_dedup on outbox (kind, dedup);
