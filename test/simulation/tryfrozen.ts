import { faultAt, noFaults, describeFault, type FaultPlan } from './faults.ts';
import { SCENARIOS } from './scenarios.ts';
import { simulate } from './simulation.ts';
import { VARIANTS } from './variants.ts';
const only = process.argv[2];
const show = process.argv[3];
const all = new Map<string, [number, string]>();
let runs = 0; const t0 = process.cpuUsage();
for (const s of SCENARIOS) for (const v of VARIANTS) {
  const name = `${s.name} ${v.name}`;
  if (only && !name.includes(only)) continue;
  let timers = 0;
  const base = await simulate(s, v, (c) => { if (c.kind === 'timer') timers = c.index + 1; return null; });
  const plans: [string, FaultPlan][] = [];
  for (const c of base.calls) for (const when of ['before', 'after'] as const) plans.push([`#${c.index} ${c.kind} ${c.about} ${when}`, faultAt(0, c.index, { kind: 'freeze', when, ms: 300_000 }, false)]);
  for (let i = 0; i < timers; i++) plans.push([`timer ${i}`, faultAt(0, i, { kind: 'freeze', when: 'before', ms: 300_000 }, true)]);
  let bad = 0;
  for (const [l, plan] of plans) {
    const label = `${name}: ${l}`;
    if (show && !label.includes(show)) continue;
    runs++;
    const o = await simulate(s, v, plan);
    if (o.violation) {
      bad++;
      const k = o.violation.replace(/\d+/g, 'N').slice(0, 110);
      const e = all.get(k); all.set(k, [(e?.[0] ?? 0) + 1, e?.[1] ?? label]);
      if (show) { console.log(label); console.log(o.trace.slice(-60).join('\n')); process.exit(1); }
    }
    else if (show) console.log(o.trace.join('\n'));
  }
  console.log(name, 'calls', base.calls.length, 'timers', timers, 'bad', bad, (process.cpuUsage(t0).user/1e6).toFixed(1));
}
for (const [k, [n, l]] of [...all].sort((a, b) => b[1][0] - a[1][0])) console.log(n, k, '\n      ', l);
console.log(runs, 'runs', (process.cpuUsage(t0).user/1e6/runs*1000).toFixed(1), 'ms each');
