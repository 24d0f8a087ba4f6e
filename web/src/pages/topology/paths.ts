// Where one is in the tree, as one text for the URL: "111111111111/eu-west-1/vpc-1/subnet-1/ec2.instance". Only a type
// holds a dot, so it is told from a VPC or a subnet. The empty text is the whole estate.
import type { Spot } from '@/api/topology';
import type { TopologyNode } from '@/api/types';

export const kRoot = '';

const typeOf = (part: string) => part.replace('.', '/');
const partOf = (type: string) => type.replace('/', '.');

export function spotOf(path: string): Spot {
  const [account, region, ...rest] = path.split('/').filter(Boolean);
  const type = rest.find((part) => part.includes('.'));
  const [vpc, subnet] = rest.filter((part) => !part.includes('.'));
  return {
    ...(account ? { account } : {}),
    ...(region ? { region } : {}),
    ...(vpc ? { vpc } : {}),
    ...(subnet ? { subnet } : {}),
    ...(type ? { type: typeOf(type) } : {}),
  };
}

// What holds others, so that one can go into it. An account that could not be entered has no id.
export const canOpen = (node: TopologyNode) =>
  node.kind !== 'resource' && node.kind !== 'unknown' && node.key !== '';

// Of anything that is shown; only those that can be opened are paths that the server knows.
export function pathOf(parent: string, node: TopologyNode): string {
  const part =
    node.kind === 'type'
      ? partOf(node.key)
      : node.kind === 'resource'
        ? `@${node.key}`
        : node.kind === 'unknown'
          ? `?${node.title}`
          : node.key;
  return parent === kRoot ? part : `${parent}/${part}`;
}

export function parentOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end < 0 ? kRoot : path.slice(0, end);
}

// From the whole estate down to the path itself.
export function trailOf(path: string): string[] {
  const parts = path.split('/').filter(Boolean);
  return [kRoot, ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))];
}

export const isWithin = (path: string, ancestor: string) =>
  ancestor === kRoot || path === ancestor || path.startsWith(`${ancestor}/`);

// The inventory's filter for what lies in a spot; what the filter cannot say (VPC, subnet) is left out.
export function inventoryFilter(path: string, filter: string): string {
  const { account, region, type } = spotOf(path);
  return [account && `account:${account}`, region && `region:${region}`, type && `type:${type}`, filter]
    .filter(Boolean)
    .join(' ');
}
