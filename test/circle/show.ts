/** `npm run circle`: the whole loop on the practice exchange, told as it happens. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatMoney, parseMoney } from '../../src/domain/money.ts';
import { killDaemons } from '../support/daemon-process.ts';
import { killExchanges } from '../support/exchange-process.ts';
import { playCircle } from './play.ts';
import { ENTERED } from './plays.ts';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'postern-circle-'));
const startedAt = Date.now();
const say = (line: string): void => {
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  process.stdout.write(`${String(seconds).padStart(4)} s  ${line}\n`);
};

try {
  const { ids, cash, report, dataDir } = await playCircle(folder, say);
  const postern = (...words: string[]): void => {
    process.stdout.write(`\n$ postern ${words.join(' ')}\n`);
    spawnSync(process.execPath, [CLI, ...words, '--config', join(folder, 'postern.yaml')], {
      stdio: 'inherit',
      env: { ...process.env, POSTERN_DATA_DIR: dataDir },
    });
  };
  postern('entries');
  postern('explain', ids.get(ENTERED.stages.market)!);
  postern('report');
  const counted = parseMoney(report.cash.net);
  const real = cash.after - cash.before;
  const dollars = (money: number): string => `${money < 0 ? '−' : ''}$${formatMoney(Math.abs(money))}`;
  process.stdout.write(
    `\nthe report counts ${dollars(counted)}, the exchange's cash went by ${dollars(real)}: ${counted === real ? 'they agree' : 'THEY DIFFER'}\n`,
  );
  process.exitCode = counted === real ? 0 : 1;
} finally {
  await killDaemons();
  await killExchanges();
  rmSync(folder, { recursive: true, force: true });
}
