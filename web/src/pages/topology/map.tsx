import { ActionIcon } from '@mantine/core';
import {
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Icon } from '@/components/icons';
import { useLatest } from '@/lib/use_latest';
import { MapBox, MapFrame } from './map_box';
import { kRoot, parentOf } from './paths';
import { type Box, type Camera, type Levels, nextBox, pathAt, type Scene, sceneOf, type Size } from './scene';
import type { Overlay } from './topology_search';
import { useCamera, useSize } from './use_camera';
import classes from './topology.module.css';

interface Props {
  levels: Levels;
  at: string;
  overlay: Overlay;
  chosen: string | undefined; // the resource in the drawer
  onGo: (path: string, replace?: boolean) => void;
  onOpen: (id: string) => void;
  onGaps: (path: string) => void;
  onRetry: () => void;
  need: (paths: readonly string[]) => void;
}

const kStep = 1.5; // of the zoom, by a button or a key
const kLeastHead = 60; // pixels

function useScene(levels: Levels, camera: Camera, size: Size, at: string, need: Props['need']): Scene {
  const scene = sceneOf(levels, camera, size, at);
  useEffect(() => need(scene.needed), [need, scene.needed]);
  return scene;
}

// Enough of it is in the window to be read.
const hasHead = ({ rect }: Box, size: Size) =>
  rect.y > -8 && Math.min(rect.x + rect.width, size.width) - Math.max(rect.x, 0) >= kLeastHead;

// What a press and the keys do, and which box the keyboard is at.
function useKeys(
  shown: readonly Box[],
  { at, onGo, onOpen, onGaps }: Props,
  dragged: RefObject<boolean>,
  zoomBy: (factor: number) => void,
) {
  const [active, setActive] = useState<string>();
  const press = useLatest((box: Box) => {
    if (dragged.current) return;
    setActive(box.path);
    if (box.node.kind === 'resource') onOpen(box.node.key);
    else if (box.node.kind === 'unknown') onGaps(box.parent);
    else onGo(box.path === at ? parentOf(box.path) : box.path);
  });
  const onPress = useCallback((box: Box) => press.current(box), [press]);
  const here = shown.find((box) => box.path === active) ?? shown[0];
  const walk = ([dx = 0, dy = 0]: readonly number[]) => {
    const next = here && nextBox(shown, here, dx, dy);
    if (!next) return;
    setActive(next.path);
    document.getElementById(`box-${next.path}`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = arrows[event.key];
    if (step) walk(step);
    else if (event.key === '+' || event.key === '=') zoomBy(kStep);
    else if (event.key === '-') zoomBy(1 / kStep);
    else if (event.key === 'Backspace') onGo(parentOf(at));
    else if (event.key === 'Home') onGo(kRoot);
    else return;
    event.preventDefault();
  };
  const onFocus = ({ target }: FocusEvent) => {
    const box = shown.find((each) => target.id === `box-${each.path}`);
    if (box) setActive(box.path);
  };
  return { first: here?.path, onPress, onKeyDown, onFocus };
}

const arrows: Record<string, readonly number[]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

// The estate as boxes within boxes. What is small on the screen is a tile with its counts; what is large shows what is
// in it. The list beside it says the same to those who cannot see it.
export function TopologyMap(props: Props) {
  const { levels, at, overlay, chosen, onGo, onRetry, need } = props;
  const frame = useRef<HTMLDivElement>(null);
  const size = useSize(frame);
  const onRest = useCallback(
    (camera: Camera) => {
      const path = pathAt(sceneOf(levels, camera, size, at), size);
      if (path !== at) onGo(path, true);
      return path;
    },
    [levels, size, at, onGo],
  );
  const { camera, zoomBy, dragged } = useCamera({ box: frame, levels, at, size, onRest });
  const scene = useScene(levels, camera, size, at, need);
  const shown = useMemo(
    () => scene.boxes.filter((box) => !box.open || hasHead(box, size)),
    [scene.boxes, size],
  );
  const { first, onPress, onKeyDown, onFocus } = useKeys(shown, props, dragged, zoomBy);
  return (
    <div className={classes.mapFrame}>
      {/* The keys are those of the buttons in it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        ref={frame}
        className={classes.map}
        role="group"
        aria-label="Map of the estate"
        aria-describedby="map-help"
        onKeyDown={onKeyDown}
        onFocus={onFocus}
      >
        {scene.boxes.map((box) =>
          box.open ? (
            <MapFrame key={box.path} box={box} level={levels.get(box.path)} onRetry={onRetry} />
          ) : null,
        )}
        {shown.map((box) => (
          <MapBox
            key={box.path}
            box={box}
            size={size}
            overlay={overlay}
            hidden={box.open ? (levels.get(box.path)?.data?.more.groups ?? 0) : 0}
            chosen={chosen !== undefined && box.node.key === chosen}
            reachable={box.path === first}
            onPress={onPress}
          />
        ))}
      </div>
      <p id="map-help" className="hm-sr">
        Arrow keys go from box to box, Enter goes into one, Backspace out again, plus and minus zoom. The list
        shows the same as a tree.
      </p>
      <ZoomBar zoomBy={zoomBy} onHome={() => onGo(kRoot)} />
    </div>
  );
}

function ZoomBar({ zoomBy, onHome }: { zoomBy: (factor: number) => void; onHome: () => void }) {
  return (
    <div className={classes.zoom} role="group" aria-label="Zoom">
      <ActionIcon aria-label="Zoom in" title="Zoom in (+)" onClick={() => zoomBy(kStep)}>
        <Icon name="plus" size={14} />
      </ActionIcon>
      <ActionIcon aria-label="Zoom out" title="Zoom out (-)" onClick={() => zoomBy(1 / kStep)}>
        <span aria-hidden="true" className={classes.minus} />
      </ActionIcon>
      <ActionIcon aria-label="Show everything" title="Show everything (Home)" onClick={onHome}>
        <Icon name="overview" size={14} />
      </ActionIcon>
    </div>
  );
}
