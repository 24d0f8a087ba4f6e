import { describe, expect, it } from 'vitest';
import type { TopologyLevel, TopologyNode } from '@/api/types';
import { countWords, gapWords, markOf } from './marks';
import { canOpen, inventoryFilter, isWithin, parentOf, pathOf, spotOf, trailOf } from './paths';
import { cameraAt, held, kHome, kMostBoxes, type Levels, nextBox, pathAt, sceneOf, zoomed } from './scene';
import { searchOf, viewOf } from './topology_search';
import { rowsOf } from './tree_rows';
import { treemap } from './treemap';

const states = { failing: 0, changing: 0, unknown: 0, stopped: 0, other: 0, fine: 0, none: 0 };
const findings = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };

const node = (kind: TopologyNode['kind'], key: string, more: Partial<TopologyNode> = {}): TopologyNode => ({
  kind,
  key,
  title: key,
  resource: null,
  resources: 10,
  states: { ...states, fine: 10 },
  worst_state: 'fine',
  findings,
  unread: 0,
  gaps: 0,
  unread_places: 0,
  note: null,
  ...more,
});

const level = (items: TopologyNode[], more = { groups: 0, resources: 0 }): TopologyLevel => ({
  level: 'accounts',
  resources: 10,
  as_of: null,
  items,
  more,
  search: null,
  gaps: { places: 0, unread: 0, items: [] },
  findings: { as_of: null, unknown: { count: 0, gaps: 0, failed_rules: 0, not_run: 0, reasons: [] } },
});

const estate: Levels = new Map([
  [
    '',
    { data: level([node('account', 'a', { resources: 900 }), node('account', 'b'), node('unknown', '')]) },
  ],
  ['a', { data: level([node('region', 'eu-west-1', { resources: 900 }), node('region', 'global')]) }],
  ['a/eu-west-1', { data: level([node('vpc', 'vpc-1'), node('outside', 'none')]) }],
]);
const size = { width: 1200, height: 700 };

describe('paths', () => {
  it('name a node for the server, whatever it is', () => {
    expect(spotOf('')).toEqual({});
    expect(spotOf('1/eu-west-1/vpc-1/subnet-1/ec2.instance')).toEqual({
      account: '1',
      region: 'eu-west-1',
      vpc: 'vpc-1',
      subnet: 'subnet-1',
      type: 'ec2/instance',
    });
    expect(spotOf('1/global/iam.role')).toEqual({ account: '1', region: 'global', type: 'iam/role' });
    expect(pathOf('1/global', node('type', 'iam/role'))).toBe('1/global/iam.role');
  });
  it('go up and down', () => {
    expect(parentOf('a/b')).toBe('a');
    expect(parentOf('a')).toBe('');
    expect(trailOf('a/b')).toEqual(['', 'a', 'a/b']);
    expect(isWithin('ab', 'a')).toBe(false);
    expect(isWithin('a/b', 'a')).toBe(true);
    expect(canOpen(node('unknown', ''))).toBe(false);
  });
  it('become a filter of the inventory', () => {
    expect(inventoryFilter('1/eu-west-1/none/ec2.volume', 'prod')).toBe(
      'account:1 region:eu-west-1 type:ec2/volume prod',
    );
  });
});

describe('the view', () => {
  it('is its URL', () => {
    const search = { at: 'a/b', open: 'a,a/b', show: 'state', view: 'list', filter: 'x', id: '1' };
    expect(searchOf(viewOf(search))).toEqual(search);
    expect(Object.values(searchOf(viewOf({ show: 'nonsense', view: 'nonsense' }))).filter(Boolean)).toEqual(
      [],
    );
  });
});

describe('treemap', () => {
  it('fills its room without overlaps, each by its weight', () => {
    const weights = [1, 7, 3, 3, 12, 0.5];
    const rects = treemap(weights, { x: 10, y: 20, width: 300, height: 100 });
    const sum = weights.reduce((total, weight) => total + weight, 0);
    rects.forEach((rect, index) => {
      expect(rect.width * rect.height).toBeCloseTo((30_000 * (weights[index] ?? 0)) / sum, 4);
      expect(rect.x).toBeGreaterThanOrEqual(10 - 1e-6);
      expect(rect.y + rect.height).toBeLessThanOrEqual(120 + 1e-6);
    });
  });
  it('lays out 10,000 at once', () => {
    const rects = treemap(
      Array.from({ length: 10_000 }, (_, index) => 1 + (index % 7)),
      { x: 0, y: 0, width: 1, height: 1 },
    );
    expect(rects.length).toBe(10_000);
  });
});

describe('the scene', () => {
  it('opens what is large and asks for what is in it', () => {
    const scene = sceneOf(estate, kHome, size, '');
    expect(scene.boxes.find((box) => box.path === 'a')?.open).toBe(true);
    expect(scene.boxes.find((box) => box.path === 'b')?.open).toBe(false);
    expect(scene.needed).toContain('a/eu-west-1');
    expect(scene.boxes.some((box) => box.node.kind === 'unknown')).toBe(true);
  });
  it('asks for the way to where one wants to be before it is seen', () => {
    expect(sceneOf(new Map(), kHome, size, 'a/eu-west-1/vpc-1').needed).toEqual(trailOf('a/eu-west-1/vpc-1'));
  });
  it('brings a path into the window, and knows where it is', () => {
    const camera = cameraAt(estate, 'a/eu-west-1', size);
    expect(camera).toBeDefined();
    if (!camera) return;
    const scene = sceneOf(estate, camera, size, 'a/eu-west-1');
    const box = scene.boxes.find((each) => each.path === 'a/eu-west-1');
    expect(box?.rect.x).toBeGreaterThanOrEqual(0);
    expect((box?.rect.x ?? 0) + (box?.rect.width ?? 0)).toBeLessThanOrEqual(1200);
    expect(pathAt(scene, size)).toBe('a/eu-west-1');
    expect(cameraAt(estate, 'a/nowhere', size)).toBeUndefined();
  });
  it('draws a bounded number of boxes', () => {
    const many = Array.from({ length: 3000 }, (_, index) => node('account', `a${index}`));
    const scene = sceneOf(new Map([['', { data: level(many) }]]), kHome, size, '');
    expect(scene.boxes.length).toBe(kMostBoxes);
  });
  it('zooms around the pointer and never loses the estate', () => {
    const camera = zoomed(kHome, 2, { x: 600, y: 350 }, size);
    expect(camera).toEqual({ k: 2, x: -600, y: -350 });
    expect(zoomed(camera, 0.01, { x: 0, y: 0 }, size)).toEqual({ k: 1, x: 0, y: 0 });
    expect(held({ k: 2, x: 9999, y: -9999 }, size)).toEqual({ k: 2, x: 300, y: -875 });
  });
  it('goes from box to box', () => {
    const { boxes } = sceneOf(estate, kHome, size, '');
    const start = boxes.find((box) => box.path === 'a');
    const next = start && nextBox(boxes, start, 0, 1);
    expect(next?.parent).toBe('a');
  });
});

describe('the list', () => {
  it('shows what is unfolded, and what is under way or left out', () => {
    const levels: Levels = new Map([
      ...estate,
      ['b', { data: level([node('region', 'r')], { groups: 3, resources: 40 }) }],
      ['b/r', {}],
      ['a', { error: new Error('away') }],
    ]);
    const rows = rowsOf(levels, new Set(['a', 'b', 'b/r']), '');
    expect(rows.map((row) => [row.kind, row.depth])).toEqual([
      ['node', 1],
      ['error', 2],
      ['node', 1],
      ['node', 2],
      ['loading', 3],
      ['more', 2],
      ['node', 1],
    ]);
  });
});

describe('what is said of a node', () => {
  it('tells the worst finding, none, and that nobody has looked', () => {
    const bad = node('vpc', 'v', { findings: { ...findings, high: 2, low: 5 } });
    expect(markOf(bad, 'findings')).toEqual({
      tone: 'critical',
      words: '2 high, 5 lower',
      severity: 'high',
      share: 0.2,
    });
    expect(markOf(node('vpc', 'v'), 'findings').words).toBe('no open finding');
    expect(markOf(node('vpc', 'v', { findings: null }), 'findings').tone).toBe('unknown');
    const part = node('region', 'r', { unread_places: 3 });
    expect(markOf(part, 'findings')).toMatchObject({
      tone: 'unknown',
      words: 'no open finding, as far as known',
    });
    expect(markOf(part, 'state').tone).toBe('unknown');
  });
  it('tells the worst state', () => {
    const one = node('vpc', 'v', { worst_state: 'failing', states: { ...states, failing: 3 } });
    expect(markOf(one, 'state').words).toBe('3 failing');
    expect(markOf(node('vpc', 'v', { worst_state: null, resources: null }), 'state').tone).toBe('unknown');
  });
  it('never says a number that may be more as if it were all', () => {
    expect(countWords(node('region', 'r', { unread_places: 2 }))).toBe('at least 10 resources');
    expect(countWords(node('region', 'r', { resources: null }))).toBe('how many is not known');
    expect(gapWords(node('region', 'r', { unread_places: 2, gaps: 3 }))).toBe('2 places never read');
    expect(gapWords(node('region', 'r', { gaps: 1 }))).toBe('1 place not read at the latest sweep');
  });
});
