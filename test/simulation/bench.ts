import { noFaults } from './faults.ts';
import { SCENARIOS } from './scenarios.ts';
import { simulate } from './simulation.ts';
import { VARIANTS } from './variants.ts';
for (const s of SCENARIOS) for (const v of VARIANTS) {
  const t = process.cpuUsage(); let n = 0;
  for (let i = 0; i < 20; i++) n = (await simulate(s, v, noFaults)).calls.length;
  console.log(s.name, v.name, (process.cpuUsage(t).user / 20000).toFixed(1) + 'ms', n);
}
