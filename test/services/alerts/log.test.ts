import { expect, test } from 'vitest';
import { createLog } from '../../../src/services/log/log.ts';
import { createLogNotifier } from '../../../src/services/log/notifier.ts';
import { MINUTE, NOON } from '../../support/domain-builders.ts';
import { raised } from './alert-rig.ts';

test('the log hears of every raise, of what follows with the first, and of the end', () => {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({
    ...{ level: 'info', isPretty: false },
    destination: { write: (line) => void lines.push(JSON.parse(line)) },
  });
  const notifier = createLogNotifier(log);
  notifier.alertRaised(raised());
  notifier.alertRaised(raised({ times: 2 }));
  notifier.alertRaised(raised({ severity: 'warning', kind: 'not_known' }));
  notifier.alertResolved(raised({ resolvedAt: NOON + 12 * MINUTE }));
  expect(lines.map(({ level, msg, next, you }) => [level, msg, typeof next, typeof you])).toEqual([
    ['error', 'no quote for 2 minutes', 'string', 'string'],
    ['error', 'no quote for 2 minutes', 'undefined', 'undefined'],
    ['warn', 'no quote for 2 minutes', 'undefined', 'undefined'],
    ['info', 'resolved: position_orphaned of pos-1, after 12 min', 'undefined', 'undefined'],
  ]);
});
