import { type Command, Option } from 'commander';
import { EDGE_STATUSES, type EdgeStatus } from '../../actors/ports.ts';
import { newCommand, withoutSubcommand } from '../new-command.ts';
import { type ConfigChoice, type OutputChoice, readCount, withConfig, withJson } from '../options.ts';
import { complain, print, printJson, stdoutStyle } from '../output.ts';
import { withOperations } from '../with-operations.ts';
import { type ReasonChoice, withReason, wordOf } from '../words.ts';

type Choices = ConfigChoice & OutputChoice;

/** `postern entries`: edges and what became of them; pausing and resuming. */
export function addEntries(program: Command): void {
  const entries = newCommand(program, {
    usage: 'entries',
    summary: 'list the last edges and what became of them; pause or resume entries',
    examples: [
      'postern entries',
      'postern entries --status rejected',
      'postern entries pause --reason "news"',
    ],
  })
    .addOption(new Option('--status <status>', 'only these').choices(EDGE_STATUSES))
    .addOption(new Option('--last <n>', 'how many').argParser(readCount).default(20));
  withoutSubcommand(withJson(withConfig(entries)), listEntries);
  addSwitch(entries, 'pause', 'buy nothing more until entries are resumed');
  addSwitch(entries, 'resume', 'undo a pause');
}

function addSwitch(entries: Command, word: 'pause' | 'resume', summary: string): void {
  const command = newCommand(entries, {
    usage: word,
    summary,
    examples: [`postern entries ${word} --reason "before the game"`],
  });
  withJson(withConfig(withReason(command))).action(async (_: Choices & ReasonChoice, self: Command) => {
    const choices = self.optsWithGlobals<Choices & ReasonChoice>();
    await withOperations(choices, ({ account }) =>
      word === 'pause' ? account.pauseEntries(wordOf(choices)) : account.resumeEntries(wordOf(choices)),
    );
    if (choices.json) return printJson({ paused: word === 'pause' });
    print(word === 'pause' ? 'entries are paused' : 'entries are resumed');
  });
}

async function listEntries(choices: Choices & { status?: EdgeStatus; last: number }): Promise<void> {
  const filter = { status: choices.status ?? null, limit: choices.last };
  const entries = await withOperations(choices, ({ account }) => account.entries(filter));
  if (choices.json) return printJson(entries);
  const { renderEdges } = await import('../render-account.ts');
  if (!entries.enabled) complain('entries are off (entry.enabled: false): edges feed exits alone');
  if (entries.paused !== null) complain(entries.paused);
  if (entries.edges.length === 0) return complain('no edges');
  print(...renderEdges(entries.edges, stdoutStyle()));
}
