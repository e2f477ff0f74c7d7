import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Layout } from './graph.ts';

const LEAST = 0.1;
const MOST = 2;
const STEP = 1.25;
/** Below this nobody can read the names; then a part is shown, at `READABLE`. */
const LEAST_LEGIBLE = 0.5;
const READABLE = 0.8;
/** A drag that is shorter is a click (px). */
const CLICK_PX = 4;

export interface Zoom {
  scale: number;
  isFitted: boolean;
  /** Whether all of it can be seen at once. */
  isWhole: boolean;
  fit(): void;
  zoomIn(): void;
  zoomOut(): void;
  /** Brings a place into view, at once or gliding there. */
  show(place: { x: number; y: number; width: number; height: number }, how: { glides: boolean }): void;
}

export interface Room {
  width: number;
  height: number;
}

/** How large a box is within. */
export function useRoom(holder: RefObject<HTMLElement | null>): Room {
  const [room, setRoom] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const box = holder.current;
    if (!box) return;
    // Without regard to scroll bars: what is fitted would otherwise bring them and drive them away in turn.
    const look = () => {
      const { offsetWidth: width, offsetHeight: height } = box;
      setRoom((known) => (known.width === width && known.height === height ? known : { width, height }));
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  return room;
}

const within = (scale: number): number => Math.min(MOST, Math.max(LEAST, scale));

/** Fits a drawing into a box that scrolls, zooms it with Ctrl and the wheel, and drags it. */
export function useZoom(holder: RefObject<HTMLElement | null>, layout: Layout | null, room: Room): Zoom {
  const [chosen, setChosen] = useState<number | null>(null);
  const anchor = useRef<{ x: number; y: number; left: number; top: number } | null>(null);

  const whole = layout === null ? 1 : Math.min(1.15, room.width / layout.width, room.height / layout.height);
  const scale = within(chosen ?? (whole < LEAST_LEGIBLE ? READABLE : whole));
  const current = useRef(scale);
  current.current = scale;

  const zoomTo = useCallback((next: number, at?: { x: number; y: number }) => {
    const box = holder.current!;
    const { x, y } = at ?? { x: box.clientWidth / 2, y: box.clientHeight / 2 };
    anchor.current = {
      x: (box.scrollLeft + x) / current.current,
      y: (box.scrollTop + y) / current.current,
      left: x,
      top: y,
    };
    setChosen(within(next));
  }, []);
  useLayoutEffect(() => {
    const box = holder.current;
    if (!anchor.current || !box) return;
    box.scrollLeft = anchor.current.x * scale - anchor.current.left;
    box.scrollTop = anchor.current.y * scale - anchor.current.top;
    anchor.current = null;
  }, [scale]);

  useEffect(() => {
    const box = holder.current!;
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left, top } = box.getBoundingClientRect();
      const at = { x: event.clientX - left, y: event.clientY - top };
      zoomTo(current.current * Math.exp(-event.deltaY / 300), at);
    };
    box.addEventListener('wheel', wheel, { passive: false });
    const endDragging = dragging(box);
    return () => {
      box.removeEventListener('wheel', wheel);
      endDragging();
    };
  }, []);

  return {
    scale,
    isFitted: scale === within(whole),
    isWhole:
      layout !== null && layout.width * scale <= room.width + 1 && layout.height * scale <= room.height + 1,
    fit: () => setChosen(whole < LEAST_LEGIBLE ? within(whole) : null),
    zoomIn: () => zoomTo(current.current * STEP),
    zoomOut: () => zoomTo(current.current / STEP),
    show: ({ x, y, width, height }, { glides }) => {
      const box = holder.current;
      if (!box) return;
      const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
      box.scrollTo({
        left: (x + width / 2) * current.current - box.clientWidth / 2,
        top: (y + height / 2) * current.current - box.clientHeight / 2,
        behavior: glides && !still ? 'smooth' : 'instant',
      });
    },
  };
}

/** A mouse drags what fingers scroll anyway. */
function dragging(box: HTMLElement): () => void {
  let from: { x: number; y: number; left: number; top: number } | null = null;
  let isDragged = false;
  const down = (event: PointerEvent) => {
    isDragged = false;
    if (event.pointerType !== 'mouse' || event.button !== 0) return;
    from = { x: event.clientX, y: event.clientY, left: box.scrollLeft, top: box.scrollTop };
  };
  const move = (event: PointerEvent) => {
    if (from === null) return;
    const [x, y] = [event.clientX - from.x, event.clientY - from.y];
    if (!isDragged && Math.hypot(x, y) < CLICK_PX) return;
    isDragged = true;
    box.scrollTo(from.left - x, from.top - y);
  };
  const up = () => {
    from = null;
  };
  const click = (event: MouseEvent) => {
    if (isDragged) event.stopPropagation();
    isDragged = false;
  };
  box.addEventListener('pointerdown', down);
  box.addEventListener('click', click, true);
  addEventListener('pointermove', move);
  addEventListener('pointerup', up);
  return () => {
    box.removeEventListener('pointerdown', down);
    box.removeEventListener('click', click, true);
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', up);
  };
}
