import type { ElkPoint } from 'elkjs/lib/elk-api.js';

const BEND = 6;

/** An SVG path along points, with its corners rounded. */
export function roundedPath(points: readonly ElkPoint[]): string {
  const kept = withoutStraight(points);
  const [first, ...rest] = kept;
  if (first === undefined) return '';
  const parts = [`M${first.x} ${first.y}`];
  rest.forEach((point, index) => {
    const before = kept[index]!;
    const after = kept[index + 2];
    if (after === undefined) {
      parts.push(`L${point.x} ${point.y}`);
      return;
    }
    const bend = Math.min(BEND, distance(before, point) / 2, distance(point, after) / 2);
    const [enter, leave] = [toward(point, before, bend), toward(point, after, bend)];
    parts.push(`L${enter.x} ${enter.y}Q${point.x} ${point.y} ${leave.x} ${leave.y}`);
  });
  return parts.join('');
}

/** The middles of the straight stretches, the longest first. */
export function stretchesOf(points: readonly ElkPoint[]): ElkPoint[] {
  const kept = withoutStraight(points);
  return kept
    .slice(1)
    .map((point, index) => ({ from: kept[index]!, to: point }))
    .sort((a, b) => distance(b.from, b.to) - distance(a.from, a.to))
    .map(({ from, to }) => ({ x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }));
}

const distance = (a: ElkPoint, b: ElkPoint): number => Math.hypot(a.x - b.x, a.y - b.y);

const toward = (from: ElkPoint, to: ElkPoint, by: number): ElkPoint => {
  const length = distance(from, to) || 1;
  return {
    x: round(from.x + ((to.x - from.x) * by) / length),
    y: round(from.y + ((to.y - from.y) * by) / length),
  };
};

const round = (value: number): number => Math.round(value * 10) / 10;

/** Without points that lie on the way between their neighbours. */
function withoutStraight(points: readonly ElkPoint[]): ElkPoint[] {
  return points.filter((point, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (before === undefined) return true;
    if (distance(before, point) < 0.5) return false;
    if (after === undefined) return true;
    const cross = (point.x - before.x) * (after.y - point.y) - (point.y - before.y) * (after.x - point.x);
    return Math.abs(cross) > 0.5;
  });
}
