import { CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { describeFailure, UsageError } from '../../src/cli/failure.ts';
import { describeUsage } from '../../src/cli/new-command.ts';
import { ReplayInputError } from '../../src/replay.ts';
import { ConfigError } from '../../src/services/config/config-error.ts';
import { OperationError } from '../../src/services/operations/operations.ts';
import { LeaseTakenError } from '../../src/services/startup/lease-wait.ts';
import { FolderInUseError } from '../../src/services/store/folder-lock.ts';
import { StoreUnavailableError } from '../../src/services/store/store-unavailable.ts';
import { PositionsFileError } from '../../src/services/venues/paper/positions-file.ts';
import { RecordingError } from '../../src/services/venues/paper/recording.ts';

describe('wrong usage in one sentence', () => {
  test.each([
    [
      "error: unknown command 'repaly'\n(Did you mean replay?)",
      "unknown command 'repaly' (did you mean replay?)",
    ],
    [
      "error: unknown command 're'\n(Did you mean one of retry, resume?)",
      "unknown command 're' (did you mean retry, resume?)",
    ],
    ["error: unknown option '--verbose'", "unknown option '--verbose' (the nearest is --json)"],
    ["error: missing required argument 'id'", "missing required argument 'id'"],
  ])('%s', (said, shown) => expect(describeUsage(said, ['--json', '--config'])).toBe(shown));
});

describe('exit codes', () => {
  const problem = { file: 'x.yaml', line: 1, path: '', message: 'is wrong' };
  test.each<[string, Error, 0 | 1 | 2]>([
    ['wrong usage', new UsageError('no'), 2],
    ['a wrong config', new ConfigError([problem]), 2],
    ['a wrong positions file', new PositionsFileError([problem]), 2],
    ['a wrong replay', new ReplayInputError('no'), 2],
    ['books that are not there', new RecordingError('x.csv', null, 'does not exist'), 2],
    ['a bad line of books', new RecordingError('x.csv', 7, 'is crossed'), 1],
    ['an unknown position', new OperationError('not_found', 'no'), 1],
    ['a request that is never valid', new OperationError('invalid', 'no'), 2],
    ['a request that is not valid now', new OperationError('conflict', 'no'), 1],
    ['nobody to ask', new OperationError('unavailable', 'no'), 1],
    ['no store', new StoreUnavailableError('no'), 1],
    ['a folder in use', new FolderInUseError('/data', 7), 1],
    ['a lease in use', new LeaseTakenError('host:7'), 1],
  ])('%s', (_, error, code) =>
    expect(describeFailure(error, false)).toEqual({ code, lines: [`postern: ${error.message}`] }),
  );

  test('help is no failure, and what commander said is not said twice', () => {
    expect(describeFailure(new CommanderError(0, 'commander.helpDisplayed', '(help)'), false)).toEqual({
      code: 0,
      lines: [],
    });
    expect(describeFailure(new CommanderError(1, 'commander.unknownOption', 'error: x'), false)).toEqual({
      code: 2,
      lines: [],
    });
  });

  test('a bug is one line without its stack, which POSTERN_DEBUG=1 shows', () => {
    const bug = new TypeError('x is undefined\n    at somewhere');
    expect(describeFailure(bug, false)).toEqual({
      code: 1,
      lines: ['postern: x is undefined', 'set POSTERN_DEBUG=1 for the stack'],
    });
    expect(describeFailure(bug, true)).toEqual({ code: 1, lines: [`postern: ${bug.stack}`] });
    expect(describeFailure('a word', false).lines[0]).toBe('postern: a word');
    expect(describeFailure(null, true)).toEqual({ code: 1, lines: ['postern: null'] });
  });
});
