// What is said of a node, in words and by a tone; the same on the map and in the list.
import type { Severity, TopologyNode } from '@/api/types';
import { plural } from '@/lib/format';
import type { Overlay } from './topology_search';

// unknown: it cannot be told. quiet: nothing is wrong, or nothing is judged.
export type Tone = 'critical' | 'warn' | 'low' | 'quiet' | 'unknown';

export interface Mark {
  tone: Tone;
  words: string;
  severity?: Severity; // of the worst finding
  share: number; // how much of the node it holds for, 0 to 1: one bad thing among thousands is no bad thousand
}

const kWorstFirst: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];
const severityTones: Record<Severity, Tone> = {
  critical: 'critical',
  high: 'critical',
  medium: 'warn',
  low: 'low',
  info: 'low',
};

const shareOf = (part: number, all: number | null) => Math.min(1, part / Math.max(1, all ?? 1));

function findingMark({ findings, resources }: TopologyNode): Mark {
  if (findings === null) return { tone: 'unknown', words: 'no rule has looked here', share: 1 };
  const worst = kWorstFirst.find((severity) => findings[severity] > 0);
  if (worst) {
    const total = kWorstFirst.reduce((sum, severity) => sum + findings[severity], 0);
    const most = findings[worst];
    const words = total === most ? `${most} ${worst}` : `${most} ${worst}, ${total - most} lower`;
    return { tone: severityTones[worst], words, severity: worst, share: shareOf(most, resources) };
  }
  return resources === null
    ? { tone: 'unknown', words: 'not known', share: 1 }
    : { tone: 'quiet', words: 'no open finding', share: 1 };
}

const stateTones = {
  failing: 'critical',
  changing: 'warn',
  unknown: 'unknown',
  stopped: 'low',
  other: 'quiet',
  fine: 'quiet',
  none: 'quiet',
} as const satisfies Record<string, Tone>;
type StateLevel = keyof typeof stateTones;

const stateWords: Record<StateLevel, (count: number) => string> = {
  failing: (count) => `${count} failing`,
  changing: (count) => `${count} changing`,
  unknown: (count) => `${count} in a state that could not be read`,
  stopped: (count) => `${count} stopped`,
  other: (count) => `${count} in another state`,
  fine: () => 'all fine',
  none: () => 'has no state',
};

function stateMark(node: TopologyNode): Mark {
  const worst = node.worst_state as StateLevel | null;
  if (worst === null) {
    return node.resources === null
      ? { tone: 'unknown', words: 'not known', share: 1 }
      : { tone: 'quiet', words: 'nothing in it', share: 1 };
  }
  const word = node.resource?.state;
  if (node.kind === 'resource' && word) return { tone: stateTones[worst], words: word, share: 1 };
  const most = node.states[worst];
  return { tone: stateTones[worst], words: stateWords[worst](most), share: shareOf(most, node.resources) };
}

// Where something was never read, nothing wrong is only nothing known.
function doubted(mark: Mark, { unread_places: unread }: TopologyNode): Mark {
  return mark.tone === 'quiet' && unread > 0
    ? { tone: 'unknown', words: `${mark.words}, as far as known`, share: 1 }
    : mark;
}

export function markOf(node: TopologyNode, overlay: Overlay): Mark {
  if (node.kind === 'unknown') return { tone: 'unknown', words: 'not known', share: 1 };
  return doubted(overlay === 'findings' ? findingMark(node) : stateMark(node), node);
}

const kinds: Record<TopologyNode['kind'], string> = {
  account: 'Account',
  region: 'Region',
  vpc: 'VPC',
  outside: 'Group',
  subnet: 'Subnet',
  across: 'Group',
  type: 'Type',
  resource: 'Resource',
  unknown: 'Unknown',
};
export const kindOf = (node: TopologyNode) => kinds[node.kind];

// With places that were never read there may be more than is counted.
export function countWords(node: TopologyNode): string {
  if (node.resources === null) return 'how many is not known';
  const words = plural(node.resources, 'resource');
  return node.unread_places > 0 ? `at least ${words}` : words;
}

export function gapWords(node: TopologyNode): string | undefined {
  if (node.note) return node.note;
  if (node.unread_places > 0) return `${plural(node.unread_places, 'place')} never read`;
  if (node.gaps > 0) return `${plural(node.gaps, 'place')} not read at the latest sweep`;
  if (node.kind === 'resource') return node.unread > 0 ? 'parts of it could not be read' : undefined;
  return node.unread > 0 ? `${plural(node.unread, 'resource')} not read whole` : undefined;
}
