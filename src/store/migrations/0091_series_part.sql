-- A metric that CloudWatch keeps in parts, such as the size of a bucket by storage type, has a series for each. Empty: it
-- is whole. What was read of buckets' sizes until now was Standard storage alone.
alter table series add column part text not null default '';
drop index series_of_resource;
create unique index series_of_resource on series (resource_id, namespace, name, statistic, part);
update series set part = 'StandardStorage' where namespace = 'AWS/S3' and name = 'BucketSizeBytes';
