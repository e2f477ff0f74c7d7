import { noFaults } from './faults.ts';
import { SCENARIOS } from './scenarios.ts';
import { simulate } from './simulation.ts';
import { VARIANTS } from './variants.ts';
const only = process.argv[2];
for (const s of SCENARIOS) for (const v of VARIANTS) {
  if (only && !`${s.name} ${v.name}`.includes(only)) continue;
  const t = performance.now();
  const o = await simulate(s, v, noFaults);
  const kinds: Record<string, number> = {};
  for (const c of o.calls) kinds[c.kind] = (kinds[c.kind] ?? 0) + 1;
  console.log(s.name, '|', v.name, o.violation, 'closed', o.closedAfterMs, JSON.stringify(kinds), (performance.now() - t).toFixed(1) + 'ms');
  if (only) console.log(o.trace.join('\n'));
}
