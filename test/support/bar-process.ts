/** Long work with a bar on what seems a terminal, until a signal. Each write is a line of JSON. */
import { createProgress, endOnSignals } from '../../src/cli/progress.ts';

const terminal = {
  isTTY: true,
  columns: 80,
  write: (text: string) => process.stdout.write(`${JSON.stringify(text)}\n`),
};
const work = { name: 'waiting', unit: 'row', total: 4, lastsMs: null };
const progress = createProgress(work, { terminal, env: {}, now: () => 0 });
endOnSignals(progress);
progress.show({ count: 1 });
setInterval(() => {}, 1_000);
