-- In which VPC and subnet a resource lies, as its relations say: the topology is counted by these, so they stand in the
-- row. '' where it names none or several VPCs; `subnet` is the first of `subnets` many.
alter table resource add column vpc text not null default '';
alter table resource add column subnet text not null default '';
alter table resource add column subnets bigint not null default 0;
update resource set
  vpc = coalesce((select min(l.target) from relation l where l.resource_id = resource.id and l.type = 'ec2/vpc'
    having count(distinct l.target) = 1), ''),
  subnet = coalesce((select min(l.target) from relation l where l.resource_id = resource.id and l.type = 'ec2/subnet'), ''),
  subnets = (select count(distinct l.target) from relation l where l.resource_id = resource.id and l.type = 'ec2/subnet');
update resource set vpc = key where type = 'ec2/vpc';

-- What the topology is counted by; `gone_at` stands in it for the same reason as in resource_facets.
create index resource_network on resource (account_id, region, vpc, subnet, subnets, type, state, gone_at) where gone_at is null;
-- Few: those of which something could not be read.
create index resource_unread on resource (account_id, region) where gone_at is null and unknown <> '{}';
