-- What a sweep compares with: of a place with many short-lived things, far less than what ever was.
create index resource_live on resource (account_id, place_region, type, key) where gone_at is null;
