import { relative } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { type RunningExchange, startExchange } from './exchange-server.ts';
import { AddressError } from './http-shell.ts';
import { KEY_ID } from './open-exchange.ts';
import { ScenarioError } from './read-scenario.ts';
import { StateError } from './state-file.ts';

const USUAL_PORT = 7719;
const USUAL_FOLDER = '.postern-exchange';

interface Choices {
  port: number;
  dataDir: string;
  scenario?: string;
  quiet?: true;
}

interface Output {
  print(line: string): void;
  complain(line: string): void;
}

/** The words of the program; `run` gets what was chosen. */
export function buildProgram(run: (choices: Choices) => Promise<void>, { print, complain }: Output): Command {
  return new Command('exchange')
    .description(
      'A practice exchange that speaks Kalshi’s API on 127.0.0.1, with other traders who play a scenario. It opens ' +
        'with the first request, and goes on where it was after a restart.',
    )
    .option('--port <port>', 'the port to listen on; 0 is any free one', readPort, USUAL_PORT)
    .option('--data-dir <folder>', 'its key and its state', USUAL_FOLDER)
    .option('--scenario <file>', 'what happens, instead of config/exchange/practice.yaml')
    .option('--quiet', 'print nothing of what happens')
    .helpOption('-h, --help', 'print help')
    .addHelpText(
      'after',
      '\nExample:\n  npm run exchange\n  node dist/exchange.js --port 0 --scenario my.yaml',
    )
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => print(text.trimEnd()),
      writeErr: (text) => complain(text.trimEnd()),
      outputError: (text) => {
        complain(
          `exchange: ${text
            .trim()
            .replace(/^error: /, '')
            .replaceAll('\n', ' ')}`,
        );
        complain('see "node dist/exchange.js --help"');
      },
    })
    .action(run);
}

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('It must be a whole number, at most 65535.');
}

/** Runs an exchange until it is asked to stop, by a signal or over the control port. */
export async function runExchange(choices: Choices, print: (line: string) => void, asked: Promise<void>) {
  const exchange = await startExchange({
    port: choices.port,
    dataDir: choices.dataDir,
    scenarioFile: choices.scenario ?? null,
    say: choices.quiet ? null : (line) => print(`${stamp(Date.now())}  ${line}`),
  });
  for (const line of introduce(exchange, choices)) print(line);
  await Promise.race([asked, exchange.stopAsked]);
  await exchange.stop();
  print('stopped: the next start goes on from here');
}

/** What a person needs to know at the start. */
function introduce(running: RunningExchange, { port, dataDir }: Choices): string[] {
  const { url, scenario, openedAt } = running;
  const streams = `${url.replace('http:', 'ws:')}/trade-api/ws/v2`;
  const keyFile = near(running.keyFile);
  const isUsual = port === USUAL_PORT && dataDir === USUAL_FOLDER;
  return [
    `practice exchange at ${url}/trade-api/v2, streams at ${streams}`,
    `key ${KEY_ID} in ${keyFile}`,
    openedAt === null
      ? `the scenario ${scenario.name} begins with the first request`
      : `going on with the scenario ${scenario.name}, begun ${stamp(openedAt)}; to begin anew, stop, and delete ${near(running.dataDir)} and Postern's .postern-kalshi-local`,
    'next, in another shell: node dist/cli.js run --config config/kalshi-local.yaml',
    ...(isUsual ? [] : ['  (after writing this address and this key into a copy of it)']),
  ];
}

/** A path as one would type it here. */
function near(path: string): string {
  const typed = relative('', path);
  return typed === '' || typed.startsWith('..') ? path : typed;
}

/** UTC, as Postern's own lines have it. */
const stamp = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/** The exit code and the words for whatever ended the program: 2 for wrong words, files and scenarios, otherwise 1. */
export function describeEnd(error: unknown, debug: boolean): { code: number; lines: string[] } {
  if (error instanceof CommanderError) return { code: error.exitCode === 0 ? 0 : 2, lines: [] };
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ScenarioError) return { code: 2, lines: [`exchange: ${message}`] };
  if (error instanceof StateError || error instanceof AddressError)
    return { code: 1, lines: [`exchange: ${message}`] };
  if (debug) return { code: 1, lines: [`exchange: ${(error as Error)?.stack ?? message}`] };
  return { code: 1, lines: [`exchange: ${message.split('\n')[0]}`, 'set POSTERN_DEBUG=1 for the stack'] };
}
