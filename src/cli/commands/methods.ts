import type { Command } from 'commander';
import { newCommand, withoutSubcommand } from '../new-command.ts';
import { type ConfigChoice, type OutputChoice, withConfig, withJson } from '../options.ts';
import { complain, print, printJson, stdoutStyle } from '../output.ts';
import { readAssignments } from '../read-assignments.ts';
import { withOperations } from '../with-operations.ts';
import { type ReasonChoice, withReason, wordOf } from '../words.ts';

type Choices = ConfigChoice & OutputChoice;

/** `postern methods | set | reload`: the rules of exits, and who has which. */
export function addMethods(program: Command): void {
  const methods = newCommand(program, {
    usage: 'methods',
    summary: 'list the methods; show one, or what differs between two',
    examples: ['postern methods', 'postern methods show nfl@2', 'postern methods diff nfl nba'],
  });
  withoutSubcommand(withJson(withConfig(methods)), listMethods);
  addShow(methods);
  addDiff(methods);
  addSet(program);
  addReload(program);
}

function addShow(methods: Command): void {
  const show = newCommand(methods, {
    usage: 'show <method>',
    summary: 'print what a method says, as the configuration would say it',
    details: 'METHOD is a name, or name@version. Its settings of entries are those of the configuration now.',
    examples: ['postern methods show nfl', 'postern methods show nfl@2'],
  });
  withJson(withConfig(show)).action(async (reference: string, _: Choices, command: Command) => {
    const choices = command.optsWithGlobals<Choices>();
    const method = await withOperations(choices, ({ methods: all }) => all.show(reference));
    if (choices.json) return printJson(method);
    const { renderMethod } = await import('../render-methods.ts');
    print(...renderMethod(method, stdoutStyle().paint));
  });
}

function addDiff(methods: Command): void {
  const diff = newCommand(methods, {
    usage: 'diff <a> <b>',
    summary: 'print every setting in which two methods, or two versions, differ',
    examples: ['postern methods diff nfl nba', 'postern methods diff nfl@1 nfl'],
  });
  withJson(withConfig(diff)).action(async (a: string, b: string, _: Choices, command: Command) => {
    const choices = command.optsWithGlobals<Choices>();
    const found = await withOperations(choices, ({ methods: all }) => all.diff(a, b));
    if (choices.json) return printJson(found);
    const { renderSettings } = await import('../render-methods.ts');
    if (found.settings.length === 0) return complain(`${found.from} and ${found.to} say the same`);
    print(...renderSettings(found.settings, [found.from, found.to], stdoutStyle()));
  });
}

async function listMethods(choices: Choices): Promise<void> {
  const methods = await withOperations(choices, ({ methods: all }) => all.list());
  if (choices.json) return printJson(methods);
  const { renderMethods } = await import('../render-methods.ts');
  print(...renderMethods(methods, stdoutStyle()));
}

function addSet(program: Command): void {
  const set = newCommand(program, {
    usage: 'set <id> <settings...>',
    summary: 'move an open position to another method, or change settings for it alone',
    details: SET_DETAILS,
    examples: [
      'postern set a1b2c3 method=nfl --reason "kick-off"',
      'postern set a1b2c3 stop_loss=-0.08 trailing_stop.distance=0.04',
    ],
  });
  withJson(withConfig(withReason(set))).action(
    async (id: string, settings: string[], choices: Choices & ReasonChoice) => {
      const wish = { ...readAssignments(settings), ...wordOf(choices) };
      const changed = await withOperations(choices, ({ methods: all }) => all.set(id, wish));
      if (choices.json) return printJson(changed);
      const { renderSettings } = await import('../render-methods.ts');
      print(`position ${id}: ${changed.from} → ${changed.to}`);
      if (changed.settings.length > 0)
        print(...renderSettings(changed.settings, [changed.from, changed.to], stdoutStyle()));
    },
  );
}

const SET_DETAILS = `method=NAME or method=NAME@VERSION moves it. Any setting of a method is named by its path in the
configuration (exit_conditions.stop_loss.stop=0.08, partial_exits.stages[0].exit_percentage=40), and
some by a short name:
  stop_loss=-0.08       the loss at which it exits; the sign does not matter
  profit_target=0.3     for every confidence
  trailing_stop=0.12    the P&L from which on the stop trails; one that trails never loosens
  close_before=600      seconds before the settlement
  partial_exits=off     or on
  early_exit=off        any condition by its name, or on
A running exit goes on as it was planned.`;

function addReload(program: Command): void {
  const reload = newCommand(program, {
    usage: 'reload',
    summary: 'let the running daemon read its configuration again (as SIGHUP does)',
    details:
      'Validated first: with an error nothing changes. New positions get the new methods, open ones keep theirs; what ' +
      'counts only after a restart is named.',
    examples: ['postern reload --config my.yaml --reason "wider stops"'],
  });
  withJson(withConfig(withReason(reload))).action(async (choices: Choices & ReasonChoice) => {
    const reloaded = await withOperations(choices, ({ methods: all }) => all.reload(wordOf(choices)));
    if (choices.json) return printJson(reloaded);
    const { renderReload } = await import('../render-methods.ts');
    print(...renderReload(reloaded, stdoutStyle()));
  });
}
