import { faultAt, noFaults, describeFault } from './faults.ts';
import { SCENARIOS } from './scenarios.ts';
import { simulate } from './simulation.ts';
import { VARIANTS } from './variants.ts';
import { crashPointsOf } from './crash-points.ts';
const only = process.argv[2];
const show = process.argv[3];
const all = new Map<string, [number, string]>();
let runs = 0; const t0 = process.cpuUsage();
for (const s of SCENARIOS) for (const v of VARIANTS) {
  const name = `${s.name} ${v.name}`;
  if (only && !name.includes(only)) continue;
  const base = await simulate(s, v, noFaults);
  const points = crashPointsOf(base.calls);
  let bad = 0;
  for (const p of points) {
    const label = `${name}: #${p.call.index} ${p.call.kind} ${p.call.about}: ${describeFault(p.fault)} lag ${p.readLagMs}`;
    if (show && !label.includes(show)) continue;
    runs++;
    const o = await simulate(s, v, faultAt(0, p.call.index, p.fault), { readLagMs: p.readLagMs });
    if (o.violation) {
      bad++;
      const k = o.violation.replace(/\d+/g, 'N').slice(0, 110);
      const e = all.get(k); all.set(k, [(e?.[0] ?? 0) + 1, e?.[1] ?? label]);
      if (show) { console.log(label); console.log(o.trace.slice(-60).join('\n')); process.exit(1); }
    }
    else if (show) console.log(o.trace.join('\n'));
  }
  console.log(name, 'calls', base.calls.length, 'runs', points.length, 'bad', bad, (process.cpuUsage(t0).user/1e6).toFixed(1));
}
for (const [k, [n, l]] of [...all].sort((a, b) => b[1][0] - a[1][0])) console.log(n, k, '\n      ', l);
console.log(runs, 'runs', (process.cpuUsage(t0).user/1e6/runs*1000).toFixed(1), 'ms each');
