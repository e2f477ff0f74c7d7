import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { FAULTS } from './faults/catalogue.ts';

vi.setConfig({ testTimeout: 300_000 });

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** `SEEDS=500 FROM=9000 npx vitest run test/seeds/seeds.test.ts` plays others. */
const { SEEDS = '30', FROM = '1' } = process.env;

/** As `npm run simulate` does it: the domain's code has probes, through which it throws. */
function simulate(...words: string[]): Promise<{ code: number | null; output: string }> {
  const imports = ['--import', 'tsx', '--import', './test/seeds/mutants/loader.ts'];
  const child = spawn(process.execPath, [...imports, 'test/seeds/main.ts', ...words], {
    cwd: ROOT,
    env: { ...process.env, INSTRUMENT: 'domain' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

it('in a share of all hours no invariant is violated, and every kind of fault comes', async () => {
  const { code, output } = await simulate('--seeds', SEEDS, '--from', FROM, '--json', '--workers', '2');
  const { failed, seeds, counts } = JSON.parse(output.trim().split('\n').at(-1)!);
  expect({ failed, code, seeds }).toEqual({ failed: null, code: 0, seeds: Number(SEEDS) });
  expect(FAULTS.filter((kind) => !counts.faults[kind])).toEqual([]);
  expect(Object.keys(counts.reached)).toEqual(
    expect.arrayContaining([
      'filled',
      'walked',
      'taken_over',
      'monitor.restarted',
      'written to the journal file',
    ]),
  );
});

it('a seed is the same hour each time, to the byte', async () => {
  const [once, again] = await Promise.all([
    simulate('--seed', '7', '--trace'),
    simulate('--seed', '7', '--trace'),
  ]);
  expect(once.output.length).toBeGreaterThan(5_000);
  expect(again).toEqual(once);
});
