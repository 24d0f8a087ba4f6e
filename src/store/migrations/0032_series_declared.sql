-- By which metrics of the catalog series were declared, as a hash: others are declared anew for all resources.
alter table series_position add column declared text;
