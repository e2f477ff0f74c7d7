import { type Command, Option } from 'commander';
import { newCommand } from '../new-command.ts';
import { type ConfigChoice, type OutputChoice, withConfig, withJson } from '../options.ts';
import { print, printJson, stdoutStyle } from '../output.ts';
import { withOperations } from '../with-operations.ts';

interface Choices extends ConfigChoice, OutputChoice {
  day?: string;
  csv?: true;
}

/** `postern report`: one trading day in numbers. */
export function addReport(program: Command): void {
  const report = newCommand(program, {
    usage: 'report',
    summary: 'report a trading day: exits, how fast they were, fees, cash',
    details:
      'The cash it counts is what the fills and settlements of the day moved, to the last digit. The day begins at ' +
      'midnight in circuit_breakers.trading_day_time_zone.',
    examples: ['postern report', 'postern report --day 2026-11-22 --csv > exits.csv'],
  }).option('--day <date>', 'YYYY-MM-DD (default: today)');
  withJson(withConfig(report))
    .addOption(new Option('--csv', 'print one line of CSV an exit').conflicts('json'))
    .action(reportDay);
}

async function reportDay(choices: Choices): Promise<void> {
  const report = await withOperations(choices, ({ account }) => account.report(choices.day ?? null));
  if (choices.json) return printJson(report);
  const { renderReport, reportCsv } = await import('../render-report.ts');
  if (choices.csv) print(reportCsv(report).trimEnd());
  else print(...renderReport(report, stdoutStyle()));
}
