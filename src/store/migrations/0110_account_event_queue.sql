-- The queues of events that accounts made through the API read; those of the configuration file are not here. A queue is
-- read once, whoever names it first.
create table account_event_queue (
  url text not null primary key,
  account_id text not null
);
create index account_event_queue_account on account_event_queue (account_id);
