-- What lists are counted by, so that counting does not read the whole rows. `gone_at` stands in it although it is always
-- null: without it SQLite reads each row to see that.
create index resource_facets on resource (type, account_id, region, state, gone_at) where gone_at is null;
