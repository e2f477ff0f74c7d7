import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { describeFailure } from '../../src/cli/failure.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { writeDaemonFile } from '../../src/services/process/data-dir.ts';
import { asText, type Json, NASTY, spoiled, tries, wellFormed } from './mutations.ts';

let folder: string;
let server: Server;
/** What the daemon of this folder answers to everything but the question who it is. */
let answer: { status: number; body: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-words-'));
  server = createServer((request, response) => {
    const isStatus = request.url === '/api/v1/status';
    const { status, body } = isStatus
      ? { status: 200, body: JSON.stringify({ pid: process.pid, instance: 'i' }) }
      : answer;
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeDaemonFile(folder, { url, pid: process.pid, instance: 'i', started_at: '2026-01-01T00:00:00Z' });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

let printed: string[];
beforeEach(() => {
  printed = [];
  answer = { status: 404, body: JSON.stringify({ code: 'not_found', detail: 'there is no such position' }) };
  vi.stubEnv('POSTERN_DATA_DIR', folder);
  vi.stubEnv('POSTERN_DATABASE_URL', '');
  const note = (text: unknown) => printed.push(String(text)) > 0;
  vi.spyOn(process.stdout, 'write').mockImplementation(note);
  vi.spyOn(process.stderr, 'write').mockImplementation(note);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

/** Runs one command to its end in this process; what a shell would see. */
async function postern(args: readonly string[]): Promise<{ code: number; said: string }> {
  printed = [];
  try {
    await buildProgram().parseAsync(['node', 'postern', ...args]);
    return { code: 0, said: printed.join('') };
  } catch (error) {
    const { code, lines } = describeFailure(error, false);
    return { code, said: [...printed, ...lines].join('\n') };
  }
}

const texts = fc.oneof(
  fc.constantFrom(...NASTY.filter((value): value is string => typeof value === 'string' && value !== '')),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
);
/** As a shell hands it over: UTF-8 without a NUL. */
const argument = texts.map((text) => wellFormed(text).replaceAll('\0', ''));

const flag = fc.constantFrom(
  ...[
    '--json',
    '--help',
    '--config',
    '--quantity',
    '--priority',
    '--reason',
    '--preview',
    '--cancel',
    '--all',
    '--csv',
  ],
  ...[
    '--market',
    '--side',
    '--entry-price',
    '--opened-at',
    '--positions',
    '--seed',
    '--minutes',
    '--mode',
    '--explain',
  ],
  ...[
    '--day',
    '--limit',
    '--until-tomorrow',
    '--confidence',
    '--model-probability',
    '--at',
    '--source',
    '--',
    '-x',
  ],
);
/** None of these waits for anything but an answer. */
const command = fc.constantFrom(
  ...[
    'positions',
    'show',
    'explain',
    'exit',
    'hold',
    'release',
    'resume',
    'retry',
    'track',
    'replay',
    'report',
    'flatten',
  ],
  ...[
    'methods',
    'methods show',
    'methods diff',
    'set',
    'reload',
    'model',
    'model set',
    'entries',
    'entries pause',
  ],
  ...['breakers', 'breakers reset', 'alerts', 'check-config', 'help', '__proto__', 'constructor', ''],
);

test('whatever is typed, it ends with 0, 1 or 2 and with words', async () => {
  await fc.assert(
    fc.asyncProperty(command, fc.array(fc.oneof(argument, flag), { maxLength: 5 }), async (words, rest) => {
      const args = [...words.split(' ').filter((word) => word !== ''), ...rest];
      if (['run', 'record', 'doctor', 'migrate', 'page'].includes(args[0] ?? '') || args.includes('test'))
        return;
      const { code, said } = await postern(args);
      expect([0, 1, 2]).toContain(code);
      expect(said).not.toMatch(/POSTERN_DEBUG|\[object|is not a function|Cannot read/);
      if (code !== 0) expect(said.trim()).not.toBe('');
      expect(said.length).toBeLessThan(100_000);
    }),
    tries(80),
  );
});

test.each([
  ['a quantity', (text: string) => ['exit', 'a1', '--quantity', text]],
  [
    'a price',
    (text: string) => ['track', '--market', 'A', '--side', 'yes', '--quantity', '1', '--entry-price', text],
  ],
  [
    'contracts held',
    (text: string) => ['track', '--market', 'A', '--side', 'yes', '--entry-price', '0.5', '--quantity', text],
  ],
  ['a probability', (text: string) => ['model', 'set', 'A', 'yes', text]],
  ['a limit', (text: string) => ['breakers', 'reset', 'daily_loss', '--reason', 'x', '--limit', text]],
])('%s that is none is wrong usage, and never a number', async (_, args) => {
  for (const text of [
    '',
    ' ',
    'NaN',
    'Infinity',
    '1e3',
    '.5',
    '5.',
    '0x10',
    '1,0',
    '٣',
    '-1',
    '1.0000001',
    '9'.repeat(400),
    '__proto__',
    'null',
  ])
    expect([text, (await postern(args(text))).code]).toEqual([text, 2]);
});

test('whatever a daemon answers is told or refused in words', async () => {
  const VIEW: Json = {
    ...{ id: 'a1', market: 'KXGAME-A', side: 'yes', quantity: '10.00', state: 'open', mark: '0.5000' },
    ...{ code: 'conflict', detail: 'it is closed' },
  };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('exit a1', 'hold a1', 'reload'),
      fc.constantFrom(400, 404, 409, 500, 503),
      spoiled(VIEW),
      async (words, status, body) => {
        answer = { status, body: asText(body) };
        const { code, said } = await postern(words.split(' '));
        expect(code === 1 || code === 2).toBe(true);
        expect(said).not.toMatch(/POSTERN_DEBUG|\[object|Cannot read/);
        expect(said.length).toBeLessThan(50_000);
      },
    ),
    tries(30),
  );
});
