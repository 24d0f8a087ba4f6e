-- Accounts that were connected through the API; those of the configuration file are not here. The external id is
-- sealed with the secret key. `regions` is a list separated by commas, '' for all enabled ones.
create table app_account (
  account_id text primary key,
  name text not null,
  role_arn text not null,
  external_id_sealed text not null,
  regions text not null,
  enabled boolean not null,
  created_at bigint not null
);
