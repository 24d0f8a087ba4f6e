-- What findings are counted by, place by place, without reading their rows. The state stands first, or SQLite takes the
-- index that orders lists instead.
create index finding_place on finding (state, account_id, region, severity, resource_id);
