import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWebSocketReceiver, type StatelyInspectionEvent } from '@statelyai/inspect';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { ActorView, InspectionMessage } from '../../src/services/http/schemas/inspection.ts';
import { killDaemons, startDaemon } from '../support/daemon-process.ts';
import { stockFolder } from '../support/stocked-folder.ts';

/** Starting a database takes its time on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

const SECRET = 'do-not-tell-this-to-anybody';
const CONFIG = `
clock: {speed: 20}
server: {host: 127.0.0.1, port: 0}
alerts: {webhooks: [{name: hook, url: "http://127.0.0.1:9/${SECRET}"}]}
venue:
  kind: paper
  source: generator
  adopt: listed
  markets:
    - {market: THIN, start_price: 0.50, path: waypoints, waypoints: [{after_seconds: 90000, price: 0.50}],
       spread: 0.02, levels: 3, size: 500, volume_24h: 5000}
tracked:
  - {market: THIN, side: yes, quantity: 100, entry_price: 0.50}
`;

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'postern-inspect-'));
});
afterEach(killDaemons);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('a daemon shows its statecharts to both kinds of viewers, and no secret', async () => {
  const dataDir = join(scratch, 'data');
  await stockFolder(dataDir);
  const config = join(scratch, 'inspect.yaml');
  writeFileSync(config, CONFIG);
  const daemon = startDaemon({ config, dataDir, flags: ['--inspect', '0'] });
  const url = await daemon.ready;
  const [, server] = /(ws:\/\/127\.0\.0\.1:\d+)/.exec(daemon.log())!;
  const told: StatelyInspectionEvent[] = [];
  const heard: InspectionMessage[] = [];
  const receiver = createWebSocketReceiver({ server: server! });
  receiver.subscribe((event) => told.push(event));
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/inspection?position=t1`);
  socket.on('message', (data) => heard.push(JSON.parse(data.toString())));
  const actors = (): ActorView[] => heard.flatMap((said) => (said.type === 'actors' ? said.actors : []));
  await vi.waitFor(() => expect(actors().some(({ name }) => name === 'monitor t1#1')).toBe(true), 30_000);
  await vi.waitFor(() => expect(told.some((said) => said.type === '@xstate.actor')).toBe(true), 30_000);
  expect((await daemon.ask('/positions/t1/exit', { priority: 'LOW' })).status).toBe(200);
  const working = await vi.waitFor(() => {
    const found = actors().find(({ timers }) => timers.some(({ name }) => name === 'stepLeft'));
    expect(found).toBeDefined();
    return found!;
  }, 30_000);
  expect(working).toMatchObject({
    name: 'monitor t1#1',
    states: ['position.exiting', 'position.exiting.working'],
  });
  const { deadline } = working.stored!.exit as { deadline: string };
  expect(Date.parse(working.timers[0]!.due)).toBeGreaterThanOrEqual(Date.parse(deadline));
  const closed = ({ status }: { status: string }): boolean => status === 'done';
  await vi.waitFor(() => expect(actors().some(closed)).toBe(true), 60_000);
  await vi.waitFor(
    () =>
      expect(told.some((said) => said.type === '@xstate.snapshot' && said.snapshot.status === 'done')).toBe(
        true,
      ),
    30_000,
  );
  socket.terminate();
  const token = readFileSync(join(dataDir, 'token'), 'utf8').trim();
  const everything = JSON.stringify([told, heard]);
  expect(everything.length).toBeGreaterThan(10_000);
  expect(everything).not.toContain(token);
  expect(everything).not.toContain(SECRET);
});
