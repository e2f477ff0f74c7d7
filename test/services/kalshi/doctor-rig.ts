import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountSpec, Action, ExchangeOptions } from '../../../src/exchange/exchange.ts';
import { VirtualClock } from '../../../src/services/clock.ts';
import { loadConfig } from '../../../src/services/config/load-config.ts';
import { examine, type Finding } from '../../../src/services/doctor/doctor.ts';
import type { Http, HttpAnswer, HttpRequest } from '../../../src/services/venues/kalshi/client/http.ts';
import type { OpenSocket } from '../../../src/services/venues/kalshi/stream/socket.ts';
import { ExchangeLink } from '../../support/exchange-link.ts';

export const NOON = Date.UTC(2026, 10, 23, 17);
export const KEY_ID = 'a952bcbe-ec3b-4b5b-b8f9-11dae589608c';
export const MARKET = 'KXGAME-26NOV29-AAA';

const PAIR = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const PEM = PAIR.privateKey.export({ type: 'pkcs1', format: 'pem' }) as string;
const PUBLIC = PAIR.publicKey.export({ type: 'spki', format: 'pem' }) as string;

/** Postern's doctor over the practice exchange: the configuration of one account there, its key file and its data folder. */
export class DoctorRig {
  readonly clock = new VirtualClock(NOON);
  readonly link: ExchangeLink;
  readonly folder = mkdtempSync(join(tmpdir(), 'postern-doctor-'));
  readonly keyFile = join(this.folder, 'kalshi.pem');
  readonly dataDir = join(this.folder, 'data');
  /** The configuration's venue, in YAML. */
  venue = `rest_url: "http://127.0.0.1/trade-api/v2", stream_url: "ws://127.0.0.1/trade-api/ws/v2"`;
  more = '';
  env: Record<string, string> = {};
  refusesStreams = false;
  readonly asked: HttpRequest[] = [];
  tamper: (answer: HttpAnswer, request: HttpRequest) => HttpAnswer = (answer) => answer;

  constructor(account: Partial<AccountSpec> = {}, exchange: Partial<ExchangeOptions> = {}) {
    this.link = new ExchangeLink(this.clock, {
      markets: [{ ticker: MARKET, closeAt: NOON + 86_400_000 }],
      accounts: [
        {
          account: 'tests',
          keys: [{ keyId: KEY_ID, publicKey: PUBLIC }],
          balance: 1_234_567_891,
          holdings: [{ ticker: MARKET, side: 'yes', count: 1_000, price: 6_000 }],
          ...account,
        },
      ],
      ...exchange,
      ...{ verifySignatures: true },
    });
    writeFileSync(this.keyFile, PEM, { mode: 0o600 });
  }

  /** A key of other scopes, or bound to a subaccount. */
  static keyWith(key: Partial<AccountSpec['keys'][number]>): Partial<AccountSpec> {
    return { keys: [{ keyId: KEY_ID, publicKey: PUBLIC, ...key }] };
  }

  act(action: Action): void {
    this.link.act(action);
  }

  async examine(): Promise<Finding[]> {
    const file = join(this.folder, 'postern.yaml');
    writeFileSync(file, `venue: {kind: kalshi, ${this.venue}}\ndata_dir: ${this.dataDir}\n${this.more}`);
    const env = { KALSHI_API_KEY_ID: KEY_ID, KALSHI_PRIVATE_KEY_PATH: this.keyFile, ...this.env };
    const config = loadConfig({ file, env });
    const findings: Finding[] = [];
    const examining = (async () => {
      const options = { config, file: 'postern.yaml', clock: this.clock, http: this.#http };
      for await (const finding of examine({ ...options, openSocket: this.#open })) findings.push(finding);
    })();
    const isOver = examining.then(() => true);
    while (!(await Promise.race([isOver, settled()]))) this.clock.fireNext(this.clock.now() + 60_000);
    await examining;
    return findings;
  }

  /** `ok text` of one check. */
  async line(check: string): Promise<string> {
    const finding = (await this.examine()).find((one) => one.check === check);
    return `${finding?.verdict} ${finding?.text}`;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  readonly #http: Http = async (request) => {
    this.asked.push(request);
    return this.tamper(await this.link.http({ ...request, headers: lowerCase(request.headers) }), request);
  };

  readonly #open: OpenSocket = (url, headers, listener) => {
    if (!this.refusesStreams) return this.link.open(url, lowerCase(headers), listener);
    queueMicrotask(() => listener.closed('handshake refused with 403'));
    return { send: () => {}, close: () => {} };
  };
}

const lowerCase = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const settled = () => new Promise<false>((resolve) => setImmediate(() => resolve(false)));
