-- What people keep of the dashboard. `state` is JSON: the words of a page's URL ({"filter": "type:ec2/instance"}), never rows.
create table saved_view (
  id text primary key,
  kind text not null,
  name text not null,
  owner text not null references app_user (name) on delete cascade,
  shared boolean not null,
  state text not null,
  created_at bigint not null,
  updated_at bigint not null,
  unique (owner, kind, name)
);
create index saved_view_shared on saved_view (kind, shared);

-- One JSON document a person: theme, density, columns and the like.
create table user_preference (
  user_name text primary key references app_user (name) on delete cascade,
  document text not null,
  updated_at bigint not null
);
