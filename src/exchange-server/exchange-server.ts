import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Control } from './control.ts';
import { DataFolder } from './data-folder.ts';
import { ExchangeHost } from './host.ts';
import { HttpShell } from './http-shell.ts';
import { PRACTICE_FILE, readScenario } from './read-scenario.ts';
import { RequestLog } from './request-log.ts';
import type { Scenario } from './scenario.ts';
import { ANEW, type SavedState, StateError } from './state-file.ts';
import { StreamShell } from './stream-shell.ts';

interface ServerOptions {
  /** 0: any free one. */
  port: number;
  dataDir: string;
  /** null: the state's own, or the practice that comes with the program. */
  scenarioFile: string | null;
  /** Hears one line for each thing that happens; null: nobody does. */
  say: ((line: string) => void) | null;
}

export interface RunningExchange {
  url: string;
  keyFile: string;
  dataDir: string;
  scenario: Scenario;
  /** When an earlier life opened the exchange (ms); null: it opens with the first request. */
  openedAt: number | null;
  /** Resolves when the control port was asked to stop. */
  stopAsked: Promise<void>;
  /** Closes every connection and saves for the last time. */
  stop(): Promise<void>;
}

/**
 * Starts a practice exchange on 127.0.0.1, going on where the data folder left off. Throws a ScenarioError, a StateError
 * or an AddressError.
 */
export async function startExchange(options: ServerOptions): Promise<RunningExchange> {
  const named = options.scenarioFile === null ? null : readScenario(options.scenarioFile);
  const folder = new DataFolder(options.dataDir);
  await folder.refuseSecond();
  const { publicKey, saved } = folder.open();
  const scenario = chooseScenario(named, saved, folder.path);

  const streams = new StreamShell();
  const host = new ExchangeHost({
    scenario,
    publicKey,
    saved,
    now: () => Date.now(),
    save: (state) => folder.save(state),
    send: (frame) => streams.send(frame),
    say: options.say,
  });
  streams.serve(host);

  const instance = randomUUID();
  const about = () => ({
    instance,
    pid: process.pid,
    data_dir: folder.path,
    scenario: scenario.name,
    opened_at: host.openedAt,
  });
  const { control, stopAsked } = controlOf(host, about);
  const shell = await HttpShell.listen(options.port, control, streams);
  folder.announce({ url: shell.url, pid: process.pid, instance });
  const { openedAt } = host;
  host.start();
  return {
    url: shell.url,
    keyFile: folder.keyFile,
    dataDir: folder.path,
    scenario,
    openedAt,
    stopAsked,
    stop: async () => {
      await shell.close();
      host.stop();
      folder.withdraw(instance);
    },
  };
}

function controlOf(
  host: ExchangeHost,
  about: Control['about'],
): { control: Control; stopAsked: Promise<void> } {
  let stop!: () => void;
  const stopAsked = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const requests = new RequestLog(() => Date.now());
  return { control: { host, requests, about, stop }, stopAsked };
}

/** A scenario that has begun is played to its end. */
function chooseScenario(named: Scenario | null, saved: SavedState | null, folder: string): Scenario {
  if (!saved) return named ?? readScenario(PRACTICE_FILE);
  if (named && !isDeepStrictEqual(named, saved.scenario))
    throw new StateError(`${folder} is in the middle of another scenario, ${saved.scenario.name}: ${ANEW}`);
  return saved.scenario;
}
