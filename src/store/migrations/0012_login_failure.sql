-- Failures by the name that was given, whether or not there is such a user, and by the address that they came from;
-- the address '*' stands for all of them. (The table before knew names alone, so anybody could lock a name.)
drop table login_failure;
create table login_failure (
  name text not null,
  address text not null,
  failures bigint not null,
  last_at bigint not null,
  locked_until bigint not null,
  primary key (name, address)
);
create index login_failure_last on login_failure (last_at);

-- From where somebody has logged in: what happens at other addresses does not lock them out there.
create table login_address (
  user_name text not null references app_user (name) on delete cascade,
  address text not null,
  last_at bigint not null,
  primary key (user_name, address)
);
