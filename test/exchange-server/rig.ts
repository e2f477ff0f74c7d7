import { constants, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { type RunningExchange, startExchange } from '../../src/exchange-server/exchange-server.ts';

export const GB = 'KXNFLGAME-26NOV29-GB';
export const ROOT = '/trade-api/v2';
export const STREAM = '/trade-api/ws/v2';

/** A market whose book stands still (60 at 61, 62), and 100 YES of it. */
export const STILL = `
name: still
step_seconds: 60
markets:
  - {market: ${GB}, start_price: 0.615, spread: 0.01, size: [50, 200]}
account:
  cash: 1000
  holdings: [{market: ${GB}, side: yes, quantity: 100, entry_price: 0.60}]
`;

// biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
export type Json = any;

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: Json;
}

const folders: string[] = [];
const running: RunningExchange[] = [];

export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'postern-exchange-'));
  folders.push(folder);
  return folder;
}

export function scenarioFile(text: string): string {
  const file = join(scratchFolder(), 'scenario.yaml');
  writeFileSync(file, text);
  return file;
}

/** One key for all: making one takes longer than everything else together. */
const KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
});

/** A data folder that has its key already. */
export function dataFolder(): string {
  const folder = join(scratchFolder(), 'data');
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, 'key.pem'), KEY, { mode: 0o600 });
  return folder;
}

export async function startServer(
  options: { scenario?: string; dataDir?: string; say?: (line: string) => void } = {},
): Promise<RunningExchange> {
  const exchange = await startExchange({
    port: 0,
    dataDir: options.dataDir ?? dataFolder(),
    scenarioFile: scenarioFile(options.scenario ?? STILL),
    say: options.say ?? null,
  });
  running.push(exchange);
  return exchange;
}

/** Stops what the tests started and removes their folders. */
export async function cleanUp(): Promise<void> {
  await Promise.all(running.splice(0).map((exchange) => exchange.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Where an exchange is, and the key that signs for its account. */
export interface Address {
  url: string;
  keyFile: string;
}

export function signed({ keyFile }: Address, method: string, path: string): Record<string, string> {
  const timestamp = String(Date.now());
  const key = {
    key: createPrivateKey(readFileSync(keyFile)),
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  };
  return {
    'kalshi-access-key': 'practice-key-0001',
    'kalshi-access-timestamp': timestamp,
    'kalshi-access-signature': sign('sha256', Buffer.from(timestamp + method + path), key).toString('base64'),
  };
}

/** One request; rejects when the connection ends without an answer. */
export function ask(
  url: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: text && JSON.parse(text) }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A signed request to the exchange. */
export function call(exchange: Address, method: string, path: string, body?: unknown): Promise<Answer> {
  const headers = signed(exchange, method, `${ROOT}${path.split('?')[0]}`);
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  return ask(`${exchange.url}${ROOT}${path}`, { method, headers, ...text });
}

export const control = (exchange: Address, path: string, body?: unknown): Promise<Answer> =>
  ask(`${exchange.url}/control/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });

/** Sells YES as Postern does: an ask, immediate or resting. */
export const sale = (clientId: string, count: string, price: string, rests = false) => ({
  ticker: GB,
  client_order_id: clientId,
  side: 'ask',
  count,
  price,
  time_in_force: rests ? 'good_till_canceled' : 'immediate_or_cancel',
  self_trade_prevention_type: 'maker',
});

/** A stream with everything that has come over it. */
export class Stream {
  readonly messages: Json[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
  #waiting: {
    matches: (message: Json) => boolean;
    found: (message: Json) => void;
    lost: (e: Error) => void;
  }[] = [];

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('message', (data) => {
      const message = JSON.parse(data.toString());
      this.messages.push(message);
      for (const { matches, found } of this.#waiting) if (matches(message)) found(message);
    });
    void this.closed.then((code) => {
      for (const { lost } of this.#waiting) lost(new Error(`closed with ${code}`));
    });
  }

  static open(exchange: Address): Promise<Stream> {
    const socket = new WebSocket(`${exchange.url.replace('http', 'ws')}${STREAM}`, {
      headers: signed(exchange, 'GET', STREAM),
    });
    const stream = new Stream(socket);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(stream));
      socket.once('error', reject);
    });
  }

  send(command: unknown): void {
    this.socket.send(JSON.stringify(command));
  }

  /** Resolves with the first message, past or future, that matches. */
  message(matches: (message: Json) => boolean): Promise<Json> {
    const came = this.messages.find(matches);
    if (came) return Promise.resolve(came);
    return new Promise((found, lost) => this.#waiting.push({ matches, found, lost }));
  }
}
