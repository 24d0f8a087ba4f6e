-- Since when calls of the month are counted: a month that was begun late is not projected from its first day.
alter table spending_month add column since bigint;
