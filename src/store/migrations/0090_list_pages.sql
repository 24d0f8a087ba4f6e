-- A page of a list is the next hundred entries of one index, whatever it is ordered by. What filters and scopes ask for
-- stands in the index too, so that what does not fit is passed over without reading its row; `gone_at` for the same reason
-- as in resource_facets. Where several would do, SQLite takes the latest made: that of the type narrows most.
create index resource_page_created on resource (coalesce(created_at, -1), id, account_id, region, gone_at) where gone_at is null;
create index resource_page_seen on resource (first_seen, id, account_id, region, gone_at) where gone_at is null;
create index resource_page_label on resource (label, id, account_id, region, type, state, gone_at) where gone_at is null;
create index resource_page_state on resource (state, label, id, account_id, region, type, gone_at) where gone_at is null;
create index resource_page_region on resource (region, label, id, account_id, type, state, gone_at) where gone_at is null;
create index resource_page_account on resource (account_id, label, id, region, type, state, gone_at) where gone_at is null;
create index resource_page_type on resource (type, label, id, account_id, region, state, gone_at) where gone_at is null;

-- Few: those that bear no tag, and those of which something could not be read. `gone_at` leads, so that SQLite, which does
-- not know how few there are, takes these and none of those above.
create index resource_untagged on resource (gone_at, type, account_id, region, unknown, tags) where gone_at is null and tags = '{}';
drop index resource_unread;
create index resource_unread on resource (gone_at, account_id, region, type) where gone_at is null and unknown <> '{}';

-- What bears a tag, without reading the tags themselves.
drop index tag_value;
create index tag_value on tag (key, value, resource_id);

-- Sweeps are counted by these; of the rows themselves most is why one failed.
create index sweep_tally on sweep (account_id, region, outcome, ok_at, ok_count);
