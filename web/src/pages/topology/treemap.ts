// Rectangles within a rectangle, their areas as their weights, as square as can be (the squarified treemap of Bruls,
// Huizing and van Wijk). The same weights give the same picture, whatever order they come in.

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Weighed {
  index: number;
  area: number;
}

// How far the worst of a row is from a square.
function worst(row: readonly Weighed[], side: number): number {
  const sum = row.reduce((total, each) => total + each.area, 0);
  const most = Math.max(...row.map((each) => each.area));
  const least = Math.min(...row.map((each) => each.area));
  return Math.max((side * side * most) / (sum * sum), (sum * sum) / (side * side * least));
}

// Lays a row along the shorter side and gives what is left of the room.
function place(row: readonly Weighed[], room: Rect, out: Rect[]): Rect {
  const sum = row.reduce((total, each) => total + each.area, 0);
  if (room.width >= room.height) {
    const width = room.height > 0 ? sum / room.height : 0;
    let { y } = room;
    for (const each of row) {
      const height = width > 0 ? each.area / width : 0;
      out[each.index] = { x: room.x, y, width, height };
      y += height;
    }
    return { ...room, x: room.x + width, width: Math.max(0, room.width - width) };
  }
  const height = room.width > 0 ? sum / room.width : 0;
  let { x } = room;
  for (const each of row) {
    const width = height > 0 ? each.area / height : 0;
    out[each.index] = { x, y: room.y, width, height };
    x += width;
  }
  return { ...room, y: room.y + height, height: Math.max(0, room.height - height) };
}

// Weights are above 0; the answer has one rectangle for each, in their order.
export function treemap(weights: readonly number[], room: Rect): Rect[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const out: Rect[] = [];
  if (total <= 0) return out;
  const scale = (room.width * room.height) / total;
  const sorted = weights
    .map((weight, index): Weighed => ({ index, area: weight * scale }))
    .toSorted((a, b) => b.area - a.area || a.index - b.index);
  let left = room;
  let row: Weighed[] = [];
  for (const each of sorted) {
    const side = Math.min(left.width, left.height);
    if (row.length > 0 && worst([...row, each], side) > worst(row, side)) {
      left = place(row, left, out);
      row = [];
    }
    row.push(each);
  }
  place(row, left, out);
  return out;
}
