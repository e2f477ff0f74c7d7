import type { RefObject } from 'preact';
import { useCallback, useLayoutEffect, useState } from 'preact/hooks';

/** Rows are drawn in blocks, so that a small scroll draws none anew. */
const BLOCK = 20;

/** Which of `count` rows of a fixed height are in view in a box that scrolls: the first, and the one after the last. */
export function useBoxWindow(
  box: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): { first: number; end: number } {
  const [blocks, setBlocks] = useState('0 2');
  const look = useCallback(() => {
    if (!box.current) return;
    const { scrollTop, clientHeight } = box.current;
    const from = Math.floor(scrollTop / rowHeight / BLOCK);
    const to = Math.ceil((scrollTop + clientHeight) / rowHeight / BLOCK) + 1;
    setBlocks(`${from} ${to}`);
  }, [rowHeight]);
  useLayoutEffect(look);
  useLayoutEffect(() => {
    const element = box.current!;
    const resized = new ResizeObserver(look);
    resized.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [look]);
  const [from = 0, to = 1] = blocks.split(' ').map(Number);
  const end = Math.min(count, to * BLOCK);
  return { first: Math.max(0, Math.min(from * BLOCK, end - BLOCK)), end };
}
