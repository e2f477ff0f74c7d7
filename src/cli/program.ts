import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addAlerts } from './commands/alerts.ts';
import { addBreakers } from './commands/breakers.ts';
import { addCheckConfig } from './commands/check-config.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEntries } from './commands/entries.ts';
import { addFlatten } from './commands/flatten.ts';
import { addMethods } from './commands/methods.ts';
import { addMigrate } from './commands/migrate.ts';
import { addModel } from './commands/model.ts';
import { addOperate } from './commands/operate.ts';
import { addPage } from './commands/page.ts';
import { addPositions } from './commands/positions.ts';
import { addRecord } from './commands/record.ts';
import { addReplay } from './commands/replay.ts';
import { addReport } from './commands/report.ts';
import { addRun } from './commands/run.ts';
import { addTrack } from './commands/track.ts';
import { speakAs } from './new-command.ts';

/** All of `postern`'s words. Nothing is loaded that the command given does not need. */
export function buildProgram(): Command {
  const program = speakAs(new Command('postern'), 'postern');
  program
    .description(
      'The back door for prediction-market positions: watches every open position and works its exit.',
    )
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .exitOverride();
  addRun(program);
  addReplay(program);
  addRecord(program);
  addTrack(program);
  addPage(program);
  addPositions(program);
  addOperate(program);
  addFlatten(program);
  addMethods(program);
  addModel(program);
  addEntries(program);
  addBreakers(program);
  addAlerts(program);
  addReport(program);
  addCheckConfig(program);
  addDoctor(program);
  addMigrate(program);
  program.addHelpText(
    'after',
    '\nExamples:\n  postern run --config config/demo.yaml\n  postern replay books.csv --positions positions.yaml',
  );
  return program;
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
