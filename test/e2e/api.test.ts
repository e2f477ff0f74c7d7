import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type DaemonProcess, killDaemons, startDaemon } from '../support/daemon-process.ts';
import { stockFolder } from '../support/stocked-folder.ts';

/** Starting a database takes its time on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

// biome-ignore lint/suspicious/noExplicitAny: a document is looked into
type Json = Record<string, any>;

const CONFIG = `
clock: {speed: 20}
server: {host: 127.0.0.1, port: 0}
venue:
  kind: paper
  source: generator
  adopt: listed
  markets:
    - {market: DEEP, start_price: 0.50, path: waypoints, waypoints: [{after_seconds: 9000, price: 0.50}],
       spread: 0.02, levels: 3, size: 500, volume_24h: 5000}
tracked:
  - {market: DEEP, side: yes, quantity: 100, entry_price: 0.50}
  - {market: DEEP, side: yes, quantity: 20, entry_price: 0.49}
`;

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'postern-api-'));
});
afterEach(killDaemons);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let runs = 0;
async function start(text = CONFIG): Promise<DaemonProcess> {
  runs += 1;
  const config = join(scratch, `${runs}.yaml`);
  writeFileSync(config, text);
  return startDaemon({ config, dataDir: await stockFolder(join(scratch, `data-${runs}`)) });
}

const tokenOf = ({ dataDir }: DaemonProcess): string => readFileSync(join(dataDir, 'token'), 'utf8').trim();

const eventually = <T>(look: () => Promise<T>): Promise<T> =>
  vi.waitFor(look, { timeout: 60_000, interval: 50 });

/** Checks values by the schemas of the document that the daemon serves. */
async function contractOf(url: string) {
  const document = (await (await fetch(`${url}/api/openapi.json`)).json()) as Json;
  const ajv = new Ajv2020.default({ strict: true, allowUnionTypes: true });
  ajv.addFormat('date-time', true);
  const known = (schema: Json): Json =>
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"api#/$defs/'));
  ajv.addSchema(known({ $id: 'api', $defs: document.components.schemas }));
  return {
    document,
    expectValid(schema: Json, value: unknown) {
      const validate = ajv.compile(known(schema));
      expect([validate(value), validate.errors]).toEqual([true, null]);
    },
  };
}

describe('a daemon with a database', () => {
  test('answers every read as its own description says, after an exit', async () => {
    const daemon = await start();
    const url = await daemon.ready;
    const { document, expectValid } = await contractOf(url);
    const [sold, held] = (await daemon.ask('/positions')).body as { id: string }[];
    expect(
      (await daemon.ask(`/positions/${sold!.id}/exit`, { by: 'alice', priority: 'CRITICAL' })).status,
    ).toBe(200);
    await eventually(async () => {
      expect((await daemon.ask(`/positions/${sold!.id}`)).body.state).toBe('closed');
    });
    await daemon.ask(`/positions/${held!.id}/exit`, { by: 'alice', priority: 'LOW' });
    for (const [path, { get }] of Object.entries<Json>(document.paths)) {
      if (!get || '101' in get.responses) continue;
      const asked = path.replace('{id}', sold!.id).replace('{reference}', 'nfl');
      const query = path.endsWith('/diff') ? '?from=nfl&to=nba' : '';
      const answer = await fetch(`${url}${asked}${query}`);
      expect([path, answer.status]).toEqual([path, 200]);
      const media = answer.headers.get('content-type')!.split(';')[0]!;
      const value = media === 'text/plain' ? await answer.text() : await answer.json();
      expectValid(get.responses[200].content[media].schema, value);
    }
    const { body: exits } = await daemon.ask('/exits?limit=5');
    expect(exits.map((exit: Json) => [exit.position, exit.reason, exit.status])).toEqual([
      [held!.id, 'operator', 'working'],
      [sold!.id, 'operator', 'filled'],
    ]);
    expect((await daemon.ask('/orders')).body).toMatchObject([
      { position: held!.id, action: 'sell', side: 'yes', quantity: '20.00', ended_at: null },
    ]);
    // On a busy machine the first ones may be given up unsent: their quote was too old.
    expect((await daemon.ask(`/positions/${sold!.id}/orders`)).body.at(-1)).toMatchObject({
      status: 'filled',
      filled: '100.00',
    });
    expect((await daemon.ask('/journal?limit=1')).body).toHaveLength(1);
  });

  test('tells of an exit as it happens, and says goodbye', async () => {
    const daemon = await start();
    const url = await daemon.ready;
    const { document, expectValid } = await contractOf(url);
    const heard: Json[] = [];
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/events`, 'postern.v1');
    socket.on('message', (data) => void heard.push(JSON.parse(data.toString())));
    const ended = new Promise<number>((resolve) => socket.on('close', resolve));
    const hears = (fits: (event: Json) => boolean) =>
      eventually(async () => {
        expect(heard.some(fits)).toBe(true);
      });
    await hears(({ type, positions }) => type === 'hello' && positions.length === 2);
    const { id } = heard[0]!.positions[0];
    await daemon.ask(`/positions/${id}/exit`, { by: 'alice', priority: 'CRITICAL' });
    await hears(({ type, entry }) => type === 'journal' && entry.kind === 'exit.triggered');
    await hears(
      ({ type, positions }) =>
        type === 'positions' && positions.some((p: Json) => p.id === id && p.state === 'closed'),
    );
    await hears(({ type, positions }) => type === 'positions' && positions.some((p: Json) => p.id !== id));
    for (const event of heard) expectValid({ oneOf: document['x-events'].messages }, event);
    daemon.signal('SIGTERM');
    expect([await ended, await daemon.exited]).toEqual([1001, 0]);
  });

  test('where others can reach it, says so at its start, and answers nobody without the token', async () => {
    const daemon = await start(CONFIG.replace('host: 127.0.0.1', 'host: 0.0.0.0'));
    const url = await daemon.ready;
    await eventually(async () => {
      expect(daemon.log()).toContain(
        'the API listens on 0.0.0.0, which others can reach: every request needs the token',
      );
    });
    const token = tokenOf(daemon);
    for (const path of [
      '/api/v1/positions',
      '/api/openapi.json',
      '/healthz',
      '/readyz',
      '/metrics',
      '/api',
    ]) {
      const refused = await fetch(url + path);
      expect([path, refused.status, refused.headers.get('www-authenticate')]).toEqual([path, 401, 'Bearer']);
      expect(refused.headers.get('content-type')).toBe('application/problem+json');
      const known = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
      expect(known.status).toBe(200);
    }
    expect(daemon.log()).not.toContain(token);
  });
});
