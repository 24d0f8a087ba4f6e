-- When a resource was last asked for by id, beside the sweeps: a sweep that began before knows less of it.
alter table resource add column looked_at bigint;
