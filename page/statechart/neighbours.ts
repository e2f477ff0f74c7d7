import type { Box, Layout } from './graph.ts';

const WAYS: Record<string, { x: number; y: number }> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** What stands aside counts double against what lies straight ahead. */
const ASIDE = 2;

/** The nearest state in the direction of an arrow key; null: there is none, or it is another key. */
export function neighbour({ boxes }: Layout, id: string, key: string): string | null {
  const way = WAYS[key];
  const from = boxes.find((box) => box.id === id);
  if (way === undefined || from === undefined) return null;
  const start = middle(from);
  let best: { id: string; cost: number } | null = null;
  for (const box of boxes) {
    const at = middle(box);
    const ahead = (at.x - start.x) * way.x + (at.y - start.y) * way.y;
    if (ahead < 4) continue;
    const aside = Math.abs((at.x - start.x) * way.y) + Math.abs((at.y - start.y) * way.x);
    const cost = ahead + ASIDE * aside;
    if (best === null || cost < best.cost) best = { id: box.id, cost };
  }
  return best?.id ?? null;
}

/** Of a state: of one that has others in it, its name's place. */
const middle = ({ x, y, width, height }: Box): { x: number; y: number } => ({
  x: x + Math.min(width, 120) / 2,
  y: y + Math.min(height, 34) / 2,
});
