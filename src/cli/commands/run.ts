import type { Command } from 'commander';
import { newCommand } from '../new-command.ts';
import { type ConfigChoice, readPort, withConfig } from '../options.ts';
import { complain, print, stdoutStyle, stdoutTerminal } from '../output.ts';
import type { RunView } from '../run/run-view.ts';

/** Where `@statelyai/inspect` looks. */
const INSPECT_PORT = 8080;

/** `postern run`: watches and exits positions until it is told to stop. */
export function addRun(program: Command): void {
  const command = newCommand(program, {
    usage: 'run',
    summary: 'watch positions and work their exits, until Ctrl-C or SIGTERM',
    details:
      'Shows a live table on a terminal, one line for each event otherwise. The log goes to stderr, or to postern.log ' +
      'in the data folder while the table has the terminal. A second signal ends it at once: what is unfinished goes ' +
      'on at the next start.',
    examples: ['postern run --config config/demo.yaml', 'postern run > events.log 2> postern.log'],
  });
  withConfig(command)
    .option(
      '--inspect [port]',
      'offer the statecharts to the Stately inspector on 127.0.0.1 (default: 8080; 0: any free port)',
      readPort,
    )
    .action(run);
}

interface RunChoices extends ConfigChoice {
  inspect?: number | true;
}

async function run(choices: RunChoices): Promise<void> {
  const { loadWithBlocks } = await import('../../services/config/load-config.ts');
  const read = () => loadWithBlocks({ file: choices.config ?? null, env: process.env });
  const loaded = read();
  const { config } = loaded;
  const hasScreen = process.stdout.isTTY && process.env.TERM !== 'dumb';
  const { createRunLog } = await import('../run/run-log.ts');
  const { log, file, setLevel, lastWords } = createRunLog(config, { screen: hasScreen });
  const view = await openView(hasScreen);
  const restore = () => view.restore();
  process.on('exit', restore);
  if (hasScreen) complain('starting: the table follows once everything is read; Ctrl-C stops');
  try {
    const { runDaemon } = await import('../../daemon.ts');
    const { inspect } = choices;
    process.exitCode = await runDaemon({
      ...loaded,
      reload: read,
      ...(inspect === undefined ? {} : { inspectPort: inspect === true ? INSPECT_PORT : inspect }),
      log,
      setLogLevel: setLevel,
      notifier: { journaled: (decision) => view.note(decision) },
      onReady: (daemon) => view.begin(daemon),
    });
    await view.end();
  } finally {
    restore();
    process.off('exit', restore);
  }
  const words = lastWords();
  if (words !== null) complain(`postern: ${words}`, ...(file === null ? [] : [`the log is in ${file}`]));
}

async function openView(hasScreen: boolean): Promise<RunView> {
  if (!hasScreen) {
    const { LineView } = await import('../run/line-view.ts');
    return new LineView(print);
  }
  const { ScreenView } = await import('../run/screen-view.ts');
  return new ScreenView(stdoutTerminal, stdoutStyle().paint);
}
