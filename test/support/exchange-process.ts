import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { AccountTruth, Action } from '../../src/exchange/exchange.ts';
import type { LoggedRequest } from '../../src/exchange-server/request-log.ts';

const MAIN = fileURLToPath(new URL('../../dist/exchange.js', import.meta.url));

/** The built practice exchange in a process of its own. */
export interface ExchangeProcess {
  /** E.g. http://127.0.0.1:54321 */
  url: string;
  port: number;
  act(action: Action | Action[]): Promise<void>;
  /** The practice account's books. */
  account(): Promise<AccountTruth>;
  /** What was to change something since this process began. */
  requests(): Promise<LoggedRequest[]>;
  /** Resolves once the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

const started = new Set<ExchangeProcess>();

/** Starts one on a folder; resolves once it listens, rejects with what it said when it ends before. */
export async function startExchange(options: {
  dataDir: string;
  scenario: string;
  port?: number;
  /** Hears each line that it prints, at once. */
  heard?: (line: string) => void;
}): Promise<ExchangeProcess> {
  const { dataDir, scenario, port = 0, heard } = options;
  const args = ['--port', String(port), '--data-dir', dataDir, '--scenario', scenario];
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk;
      const at = /(http:\/\/127\.0\.0\.1:\d+)\/trade-api/.exec(said)?.[1];
      if (at) resolve(at);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    void exited.then(() => reject(new Error(`the exchange ended before it listened:\n${said}`)));
  });
  if (heard) createInterface({ input: child.stdout }).on('line', heard);
  const ask = async (path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}/control${path}`, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(15_000),
    });
    if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const exchange: ExchangeProcess = {
    url,
    port: Number(new URL(url).port),
    act: async (action) => void (await ask('/act', action)),
    account: async () => {
      const { accounts } = (await ask('/truth')) as { accounts: Record<string, AccountTruth> };
      const [account] = Object.values(accounts);
      if (!account) throw new Error('the exchange has no account');
      return account;
    },
    requests: async () => ((await ask('/requests')) as { requests: LoggedRequest[] }).requests,
    kill: async (signal) => {
      child.kill(signal);
      await exited;
      started.delete(exchange);
    },
  };
  started.add(exchange);
  return exchange;
}

/** Ends whatever a test left running. */
export async function killExchanges(): Promise<void> {
  await Promise.all([...started].map((exchange) => exchange.kill('SIGKILL')));
}
