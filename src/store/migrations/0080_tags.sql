-- Tags are counted from this index alone; it takes the place of the one without the resource.
drop index tag_value;
create index tag_value on tag (key, value, resource_id);
