// Where the map looks: follows the path of the URL, moves with wheel, drag and pinch, and tells the URL where it has
// come to rest.
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useLatest } from '@/lib/use_latest';
import { type Camera, cameraAt, held, kHome, type Levels, type Size, zoomed } from './scene';

const kFlightMs = 240;
const kRestMs = 300;
const kDragPixels = 5;

export function useSize(box: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [box]);
  return size;
}

const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

// Between two views of the estate: what is seen of it grows or shrinks evenly.
function between(from: Camera, to: Camera, part: number): Camera {
  const mix = (a: number, b: number) => a + (b - a) * part;
  const k = 1 / mix(1 / from.k, 1 / to.k);
  return { k, x: mix(from.x / from.k, to.x / to.k) * k, y: mix(from.y / from.k, to.y / to.k) * k };
}

function useFlight(setCamera: (camera: Camera) => void) {
  const frame = useRef(0);
  const stop = useCallback(() => cancelAnimationFrame(frame.current), []);
  const fly = useCallback(
    (from: Camera, to: Camera) => {
      stop();
      if (still()) {
        setCamera(to);
        return;
      }
      const begun = performance.now();
      const step = (now: number) => {
        const part = Math.min(1, (now - begun) / kFlightMs);
        setCamera(part === 1 ? to : between(from, to, 1 - (1 - part) ** 3));
        if (part < 1) frame.current = requestAnimationFrame(step);
      };
      frame.current = requestAnimationFrame(step);
    },
    [setCamera, stop],
  );
  useEffect(() => stop, [stop]);
  return { fly, stop };
}

interface Props {
  box: RefObject<HTMLElement | null>;
  levels: Levels;
  at: string;
  size: Size;
  onRest: (camera: Camera) => string; // says which path that is
}

export function useCamera({ box, levels, at, size, onRest }: Props) {
  const [camera, setCamera] = useState<Camera>(kHome);
  const { fly, stop } = useFlight(setCamera);
  const shown = useRef(''); // the path and size that the camera was set for
  const latest = useLatest({ camera, size, onRest });
  useEffect(() => {
    const key = (path: string) => `${path} ${size.width} ${size.height}`;
    if (size.width === 0 || shown.current === key(at)) return;
    const target = cameraAt(levels, at, size);
    if (!target) return;
    const sameSize = shown.current.endsWith(key(''));
    shown.current = key(at);
    if (sameSize) fly(latest.current.camera, target);
    else setCamera(target);
  }, [levels, at, size, fly, latest]);
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(resting.current), []);
  const move = useCallback(
    (change: (camera: Camera, size: Size) => Camera) => {
      stop();
      setCamera((before) => change(before, latest.current.size));
      clearTimeout(resting.current);
      resting.current = setTimeout(() => {
        const { camera: here, size: room, onRest: tell } = latest.current;
        shown.current = `${tell(here)} ${room.width} ${room.height}`;
      }, kRestMs);
    },
    [latest, stop],
  );
  const zoomBy = useCallback(
    (factor: number, point?: { x: number; y: number }) =>
      move((before, room) =>
        zoomed(before, factor, point ?? { x: room.width / 2, y: room.height / 2 }, room),
      ),
    [move],
  );
  const panBy = useCallback(
    (dx: number, dy: number) =>
      move((before, room) => held({ ...before, x: before.x + dx, y: before.y + dy }, room)),
    [move],
  );
  const dragged = useGestures(box, zoomBy, panBy);
  return { camera, zoomBy, dragged };
}

// Gives a box that says whether the press that just ended was a drag: then it was no click.
function useGestures(
  box: RefObject<HTMLElement | null>,
  zoomBy: (factor: number, point: { x: number; y: number }) => void,
  panBy: (dx: number, dy: number) => void,
) {
  const dragged = useRef(false);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const fingers = new Map<number, { x: number; y: number }>();
    const start = { x: 0, y: 0 };
    const pointOf = (event: MouseEvent) => {
      const frame = element.getBoundingClientRect();
      return { x: event.clientX - frame.left, y: event.clientY - frame.top };
    };
    const spread = () => {
      const [a, b] = [...fingers.values()];
      return a && b
        ? { distance: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
        : undefined;
    };
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const delta = Math.max(-240, Math.min(240, event.deltaY * lines));
      zoomBy(Math.exp(-delta * (event.ctrlKey ? 0.01 : 0.003)), pointOf(event));
    };
    const onDown = (event: PointerEvent) => {
      if (event.button !== 0) return;
      if (fingers.size === 0) {
        dragged.current = false;
        Object.assign(start, pointOf(event));
      }
      fingers.set(event.pointerId, pointOf(event));
    };
    const onMove = (event: PointerEvent) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const now = pointOf(event);
      const apart = spread();
      if (!dragged.current && Math.hypot(now.x - start.x, now.y - start.y) < kDragPixels && !apart) return;
      if (!dragged.current) element.setPointerCapture(event.pointerId);
      dragged.current = true;
      fingers.set(event.pointerId, now);
      const after = spread();
      if (apart && after && apart.distance > 0) zoomBy(after.distance / apart.distance, after);
      else panBy(now.x - before.x, now.y - before.y);
    };
    const onUp = (event: PointerEvent) => fingers.delete(event.pointerId);
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointermove', onMove);
    element.addEventListener('pointerup', onUp);
    element.addEventListener('pointercancel', onUp);
    element.addEventListener('pointerleave', onUp);
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointermove', onMove);
      element.removeEventListener('pointerup', onUp);
      element.removeEventListener('pointercancel', onUp);
      element.removeEventListener('pointerleave', onUp);
    };
  }, [box, zoomBy, panBy]);
  return dragged;
}
