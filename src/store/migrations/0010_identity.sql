-- People, programs and what they changed. No column holds a password, a token or a key: only hashes of them.
-- Scopes are lists separated by commas; NULL means all of them, '' none.
create table app_user (
  name text primary key,
  password_hash text not null,
  role text not null,
  scope_accounts text,
  scope_regions text,
  disabled boolean not null,
  must_change_password boolean not null,
  created_at bigint not null,
  last_login_at bigint
);

-- By the name that was given, whether or not there is such a user: so that a lock-out tells nothing.
create table login_failure (
  name text primary key,
  failures bigint not null,
  last_at bigint not null,
  locked_until bigint not null
);

create table app_session (
  token_hash text primary key,
  user_name text not null references app_user (name) on delete cascade,
  created_at bigint not null,
  last_seen_at bigint not null,
  expires_at bigint not null,
  peer text not null
);
create index app_session_user on app_session (user_name);

create table api_key (
  id text primary key,
  name text not null,
  owner text not null references app_user (name) on delete cascade,
  secret_hash text not null,
  previous_hash text,
  previous_until bigint,
  role text not null,
  scope_accounts text,
  scope_regions text,
  created_at bigint not null,
  expires_at bigint not null,
  last_used_at bigint,
  revoked_at bigint
);
create index api_key_owner on api_key (owner);

-- Each entry holds the hash of the one before it. The head is updated in every append, so two appends never
-- have the same predecessor, and cutting off the end shows.
create table audit (
  seq bigint primary key,
  at bigint not null,
  actor text not null,
  via text not null,
  peer text not null,
  action text not null,
  target text not null,
  outcome text not null,
  details text not null,
  previous_hash text not null,
  hash text not null
);
create index audit_actor on audit (actor);
create index audit_action on audit (action);

create table audit_head (
  id bigint primary key,
  seq bigint not null,
  hash text not null
);
insert into audit_head (id, seq, hash) values (1, 0, '');
