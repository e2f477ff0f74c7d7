import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useState } from 'preact/hooks';

export interface RowWindow {
  /** The place of the first row that is drawn, and of the one after the last. */
  first: number;
  end: number;
}

/** Rows are drawn in blocks, so that a small scroll draws none anew; one block more above and below than is seen. */
const BLOCK = 10;

/** Which of `count` rows of a fixed height the window shows, while the page scrolls past the element that holds them. */
export function useRowWindow(
  holder: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): RowWindow {
  const [blocks, setBlocks] = useState('0 4');
  const look = useCallback(() => {
    if (!holder.current) return;
    const top = -holder.current.getBoundingClientRect().top / rowHeight;
    const from = Math.floor(top / BLOCK) - 1;
    const to = Math.ceil((top + innerHeight / rowHeight) / BLOCK) + 1;
    setBlocks(`${Math.max(0, from)} ${Math.max(1, to)}`);
  }, [rowHeight]);
  useLayoutEffect(look, [look, count]);
  useEffect(() => {
    const resized = new ResizeObserver(look);
    resized.observe(document.body);
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      resized.disconnect();
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [look]);
  const [from = 0, to = 1] = blocks.split(' ').map(Number);
  const lastBlock = Math.max(0, Math.ceil(count / BLOCK) - 1);
  return { first: Math.min(from, lastBlock) * BLOCK, end: Math.min(count, to * BLOCK) };
}
