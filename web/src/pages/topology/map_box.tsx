import { memo } from 'react';
import { MiddleText } from '@/components/middle_text';
import { count } from '@/lib/format';
import { kindOf, markOf } from './marks';
import { NodeCount, NodeGaps, NodeMark } from './node_mark';
import { type Box, kHead, type Level, type Size } from './scene';
import type { Overlay } from './topology_search';
import classes from './topology.module.css';

interface Props {
  box: Box;
  size: Size;
  overlay: Overlay;
  hidden: number; // what is in it and not drawn
  chosen: boolean; // it is in the drawer
  reachable: boolean; // by Tab; the others by the arrow keys
  onPress: (box: Box) => void;
}

const px = (value: number) => `${value.toFixed(1)}px`;
const kGap = 2; // between tiles, on each side
const kShort = 130; // pixels: in less there is no room for words beside a number
const kHeadMark = 300;

// Where the tile or the head of the box lies. Of a head that begins outside, what is seen of it.
function placeOf({ rect, open }: Box, size: Size) {
  if (!open) {
    return {
      left: px(rect.x + kGap),
      top: px(rect.y + kGap),
      width: px(rect.width - 2 * kGap),
      height: px(rect.height - 2 * kGap),
    };
  }
  const left = Math.max(rect.x, 0);
  const right = Math.min(rect.x + rect.width, size.width);
  return { left: px(left), top: px(rect.y), width: px(right - left), height: px(kHead) };
}

// One box of the map: a tile, or the head of an open box. The same button in both, so that the focus stays when the map
// goes into a tile. What there is no room for is still read out.
function MapBoxOf({ box, size, overlay, hidden, chosen, reachable, onPress }: Props) {
  const { node, rect, open } = box;
  const mark = markOf(node, overlay);
  const room = roomOf(box);
  const style = { ...placeOf(box, size), '--share': `${Math.round(25 + 75 * Math.min(1, 2 * mark.share))}%` };
  return (
    <button
      type="button"
      id={`box-${box.path}`}
      className={classes.box}
      data-tone={mark.tone}
      data-open={open || undefined}
      data-kind={node.kind}
      data-chosen={chosen || undefined}
      tabIndex={reachable ? 0 : -1}
      style={style}
      aria-expanded={node.kind === 'resource' || node.kind === 'unknown' ? undefined : open}
      title={room.all ? undefined : node.title}
      onClick={() => onPress(box)}
    >
      <span className="hm-sr">{kindOf(node)} </span>
      <span className={room.title ? classes.boxTitle : 'hm-sr'}>
        {node.kind === 'resource' && room.title ? <MiddleText text={node.title} /> : node.title}
      </span>
      <span className={room.count ? classes.line : 'hm-sr'}>
        <NodeCount node={node} short={rect.width < kShort} />
      </span>
      <span className={room.mark ? classes.line : 'hm-sr'}>
        <NodeMark node={node} overlay={overlay} />
      </span>
      <span className={room.all ? classes.line : 'hm-sr'}>
        <NodeGaps node={node} />
      </span>
      {hidden > 0 ? (
        <span className={room.all ? classes.hidden : 'hm-sr'}>{count(hidden)} more in the list</span>
      ) : null}
    </button>
  );
}

function roomOf({ rect: { width, height }, open }: Box) {
  if (open) return { title: true, count: true, mark: width > kHeadMark, all: width > 2 * kHeadMark };
  const title = width >= 44 && height >= 22;
  return {
    title,
    count: title && height >= 44,
    mark: height >= 62 && width >= 84,
    all: height >= 84 && width >= 84,
  };
}

const sameRect = (a: Box, b: Box) =>
  a.rect.x === b.rect.x &&
  a.rect.y === b.rect.y &&
  a.rect.width === b.rect.width &&
  a.rect.height === b.rect.height;

export const MapBox = memo(
  MapBoxOf,
  (before, after) =>
    before.box.path === after.box.path &&
    before.box.node === after.box.node &&
    before.box.open === after.box.open &&
    sameRect(before.box, after.box) &&
    before.size.width === after.size.width &&
    before.overlay === after.overlay &&
    before.hidden === after.hidden &&
    before.chosen === after.chosen &&
    before.reachable === after.reachable &&
    before.onPress === after.onPress,
);

// Behind what is in an open box: its frame, and what is to be said of its inside.
export function MapFrame({
  box,
  level,
  onRetry,
}: {
  box: Box;
  level: Level | undefined;
  onRetry: () => void;
}) {
  const { rect, node } = box;
  const style = { left: px(rect.x), top: px(rect.y), width: px(rect.width), height: px(rect.height) };
  return (
    <div className={classes.frame} data-kind={node.kind} style={style}>
      {level?.error && !level.data ? (
        <p className={classes.inside}>
          It could not be read: {level.error.message}{' '}
          <button type="button" className={classes.step} onClick={onRetry}>
            Retry
          </button>
        </p>
      ) : null}
      {!level?.error && !level?.data ? <p className={classes.inside}>Loading</p> : null}
      {level?.data?.items.length === 0 ? <p className={classes.inside}>Nothing is in it</p> : null}
    </div>
  );
}
