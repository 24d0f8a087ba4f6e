// What the map shows at a camera: which boxes, where on the screen, and which levels it needs for that. A box that is
// large enough on the screen is open and shows what is in it; a smaller one is a tile. The places of boxes follow from
// the counts alone, so that nothing moves when a part is loaded or looked at.
import type { TopologyLevel, TopologyNode } from '@/api/types';
import { canOpen, isWithin, kRoot, pathOf, trailOf } from './paths';
import { type Rect, treemap } from './treemap';

export interface Size {
  width: number;
  height: number;
}

// The whole estate is drawn at (x, y), k times as large as the window.
export interface Camera {
  x: number;
  y: number;
  k: number;
}

export interface Level {
  data?: TopologyLevel | undefined;
  error?: Error | null;
}
export type Levels = ReadonlyMap<string, Level>;

export interface Box {
  path: string;
  parent: string;
  node: TopologyNode;
  rect: Rect;
  depth: number;
  open: boolean;
}

export interface Scene {
  boxes: Box[]; // parents before what is in them
  needed: string[]; // the levels that are to be read, the root first
}

export const kHead = 28; // of an open box, in pixels
export const kPad = 6;
const kOpenWidth = 230;
const kOpenHeight = 150;
const kLeast = 4; // pixels: smaller boxes are not drawn
export const kMostBoxes = 400;
const kMostLevels = 60;
export const kMostZoom = 5000;

export const kHome: Camera = { x: 0, y: 0, k: 1 };

// A count says how large a box is, but what is small must be seen as well: hence the root. Half octaves, so that a few
// more or less move nothing.
function weightOf(node: TopologyNode, all: readonly TopologyNode[]): number {
  const most = Math.max(1, ...all.map((each) => each.resources ?? 1));
  const known = Math.max(1, node.resources ?? 1);
  const stepped = 2 ** (Math.round(Math.log2(known) * 2) / 4);
  return Math.max(stepped, Math.sqrt(most) * 0.12);
}

const cache = new WeakMap<TopologyLevel, { aspect: number; rects: Rect[] }>();

// Of what is in a level, within a box of 1 by 1.
function unitRects(level: TopologyLevel, aspect: number): Rect[] {
  const known = cache.get(level);
  if (known?.aspect === aspect) return known.rects;
  const weights = level.items.map((node) => weightOf(node, level.items));
  const rects = treemap(weights, { x: 0, y: 0, width: aspect, height: 1 }).map((rect) => {
    const { x, y, width, height } = rect;
    return { x: x / aspect, y, width: width / aspect, height };
  });
  cache.set(level, { aspect, rects });
  return rects;
}

const inside = (unit: Rect, room: Rect): Rect => ({
  x: room.x + unit.x * room.width,
  y: room.y + unit.y * room.height,
  width: unit.width * room.width,
  height: unit.height * room.height,
});

const innerOf = (rect: Rect, root: boolean): Rect =>
  root
    ? rect
    : {
        x: rect.x + kPad,
        y: rect.y + kHead,
        width: Math.max(0, rect.width - 2 * kPad),
        height: Math.max(0, rect.height - kHead - kPad),
      };

// The shape of a box when it fills the window, in steps: so it is the same at every zoom.
function aspectOf(unit: Rect, parentAspect: number): number {
  const exact = (unit.width * parentAspect) / Math.max(unit.height, 1e-9);
  return Math.min(8, Math.max(0.125, 2 ** (Math.round(Math.log2(exact) * 2) / 2)));
}

const rootRect = (camera: Camera, size: Size): Rect => ({
  x: camera.x,
  y: camera.y,
  width: size.width * camera.k,
  height: size.height * camera.k,
});

const sees = (rect: Rect, size: Size) =>
  rect.x < size.width && rect.y < size.height && rect.x + rect.width > 0 && rect.y + rect.height > 0;

interface Visit {
  levels: Levels;
  size: Size;
  at: string;
  boxes: Box[];
  needed: { path: string; area: number }[];
}

function visit(to: Visit, path: string, rect: Rect, aspect: number, depth: number) {
  to.needed.push({ path, area: rect.width * rect.height });
  const level = to.levels.get(path)?.data;
  if (!level) return;
  const room = innerOf(rect, path === kRoot);
  const units = unitRects(level, aspect);
  level.items.forEach((node, index) => {
    const unit = units[index];
    if (!unit) return;
    const box = inside(unit, room);
    if (!sees(box, to.size) || box.width < kLeast || box.height < kLeast) return;
    const child = pathOf(path, node);
    const open = canOpen(node) && box.width >= kOpenWidth && box.height >= kOpenHeight;
    to.boxes.push({ path: child, parent: path, node, rect: box, depth, open });
    if (open) visit(to, child, box, aspectOf(unit, aspect), depth + 1);
  });
}

const area = (box: Box) => box.rect.width * box.rect.height;

export function sceneOf(levels: Levels, camera: Camera, size: Size, at: string): Scene {
  const to: Visit = { levels, size, at, boxes: [], needed: [] };
  if (size.width <= 0 || size.height <= 0) return { boxes: [], needed: trailOf(at) };
  visit(to, kRoot, rootRect(camera, size), rootAspect(size), 0);
  // The largest are drawn, and what holds them is larger still.
  if (to.boxes.length > kMostBoxes) {
    const least = to.boxes.map(area).toSorted((a, b) => b - a)[kMostBoxes - 1] ?? 0;
    to.boxes = to.boxes.filter((box) => area(box) >= least).slice(0, kMostBoxes);
  }
  // What leads to where one wants to be is read at once, not one after the other.
  const seen = to.needed.toSorted((a, b) => b.area - a.area).map((each) => each.path);
  const needed = [...new Set([...trailOf(at), ...seen])].slice(0, kMostLevels);
  return { boxes: to.boxes, needed };
}

const rootAspect = (size: Size) => aspectOf({ x: 0, y: 0, width: size.width, height: size.height }, 1);

// Where a box lies when the estate is at (0, 0) and `scale` windows large: each number is a * scale + b.
interface Linear {
  x: [number, number];
  y: [number, number];
  width: [number, number];
  height: [number, number];
}

function linearOf(levels: Levels, path: string, size: Size): Linear | undefined {
  let found: Linear = {
    x: [0, 0],
    y: [0, 0],
    width: [size.width, 0],
    height: [size.height, 0],
  };
  let aspect = rootAspect(size);
  const trail = trailOf(path);
  for (let i = 1; i < trail.length; i += 1) {
    const parent = trail[i - 1] ?? kRoot;
    const level = levels.get(parent)?.data;
    const index = level?.items.findIndex((node) => pathOf(parent, node) === trail[i]) ?? -1;
    const unit = level && index >= 0 ? unitRects(level, aspect)[index] : undefined;
    if (!unit) return undefined;
    const root = parent === kRoot;
    const [left, top, right, bottom] = root ? [0, 0, 0, 0] : [kPad, kHead, kPad, kPad];
    const width: [number, number] = [found.width[0], found.width[1] - left - right];
    const height: [number, number] = [found.height[0], found.height[1] - top - bottom];
    found = {
      x: [found.x[0] + unit.x * width[0], found.x[1] + left + unit.x * width[1]],
      y: [found.y[0] + unit.y * height[0], found.y[1] + top + unit.y * height[1]],
      width: [unit.width * width[0], unit.width * width[1]],
      height: [unit.height * height[0], unit.height * height[1]],
    };
    aspect = aspectOf(unit, aspect);
  }
  return found;
}

const kMargin = 8;

// How many windows the estate must be large for a side to fill the room.
const fit = (along: [number, number], room: number) => (room - 2 * kMargin - along[1]) / along[0];

// The camera at which the path fills the window; nothing while it is not known where it lies.
export function cameraAt(levels: Levels, path: string, size: Size): Camera | undefined {
  if (path === kRoot) return kHome;
  const box = linearOf(levels, path, size);
  if (!box) return undefined;
  const k = Math.min(kMostZoom, fit(box.width, size.width), fit(box.height, size.height));
  const at = (line: [number, number]) => line[0] * k + line[1];
  return {
    k,
    x: (size.width - at(box.width)) / 2 - at(box.x),
    y: (size.height - at(box.height)) / 2 - at(box.y),
  };
}

// The deepest open box that takes up most of the window: where one is.
export function pathAt(scene: Scene, size: Size): string {
  let found = kRoot;
  for (const box of scene.boxes) {
    const { x, y, width, height } = box.rect;
    const holdsMiddle =
      x <= size.width / 2 &&
      x + width >= size.width / 2 &&
      y <= size.height / 2 &&
      y + height >= size.height / 2;
    const shown =
      (Math.min(size.width, x + width) - Math.max(0, x)) *
      (Math.min(size.height, y + height) - Math.max(0, y));
    if (box.open && holdsMiddle && shown > 0.5 * size.width * size.height && isWithin(box.path, found))
      found = box.path;
  }
  return found;
}

// Zoomed around a point of the window; never smaller than the window.
export function zoomed(camera: Camera, factor: number, point: { x: number; y: number }, size: Size): Camera {
  const k = Math.min(kMostZoom, Math.max(1, camera.k * factor));
  const by = k / camera.k;
  return held({ k, x: point.x - (point.x - camera.x) * by, y: point.y - (point.y - camera.y) * by }, size);
}

// Never out of sight: an edge may come to the middle of the window, at most, and not at all when nothing is zoomed.
export function held(camera: Camera, size: Size): Camera {
  const within = (at: number, room: number) => {
    const slack = (room / 2) * (1 - 1 / camera.k);
    return Math.min(slack, Math.max(room - room * camera.k - slack, at));
  };
  return { ...camera, x: within(camera.x, size.width), y: within(camera.y, size.height) };
}

// The nearest box in a direction, seen from the middle of one: for the arrow keys.
export function nextBox(boxes: readonly Box[], from: Box, dx: number, dy: number): Box | undefined {
  const middle = (box: Box) => ({
    x: box.rect.x + box.rect.width / 2,
    y: box.rect.y + (box.open ? kHead / 2 : box.rect.height / 2),
  });
  const start = middle(from);
  let best: Box | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const box of boxes) {
    if (box.path === from.path) continue;
    const to = middle(box);
    const along = (to.x - start.x) * dx + (to.y - start.y) * dy;
    const across = Math.abs((to.x - start.x) * dy) + Math.abs((to.y - start.y) * dx);
    if (along <= 1) continue;
    const distance = along + 2 * across;
    if (distance < least) {
      least = distance;
      best = box;
    }
  }
  return best;
}
