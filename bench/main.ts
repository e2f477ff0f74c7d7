import { benchEvaluations } from './evaluate.ts';
import { benchInspection } from './inspection.ts';
import { benchPositions } from './positions.ts';
import { benchReplays } from './replays.ts';
import { type Line, printTable } from './table.ts';

const only = process.argv[2];
const parts: Record<string, () => Promise<Line[]> | Line[]> = {
  evaluate: benchEvaluations,
  inspection: benchInspection,
  positions: benchPositions,
  replay: benchReplays,
};
const lines: Line[] = [];
for (const [name, run] of Object.entries(parts)) if (!only || only === name) lines.push(...(await run()));
printTable(lines);
process.exit(0);
