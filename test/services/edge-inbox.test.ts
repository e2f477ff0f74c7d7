import { describe, expect, it } from 'vitest';
import type { Mail } from '../../src/actors/mail.ts';
import type { EdgeRecord } from '../../src/actors/ports.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { openEdgeInbox } from '../../src/services/model/edge-inbox.ts';
import { startModelDrill } from '../../src/services/process/drill.ts';
import { NOON, SECOND } from '../support/domain-builders.ts';
import { aValue } from '../support/model-words.ts';

const row = (edgeId: string): EdgeRecord => ({
  ...aValue(NOON),
  ...{ edgeId, status: 'new', reason: null, verdicts: [], work: null, replaces: null },
  ...{ detectedAt: NOON, decidedAt: null },
});

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function rig() {
  const clock = new VirtualClock(NOON);
  const mails: unknown[] = [];
  const pass = async (seconds: number) => {
    const until = clock.now() + seconds * SECOND;
    await settle();
    while (clock.fireNext(until)) await settle();
    clock.moveTo(until);
  };
  const post = (to: keyof Mail, mail: unknown): void => void mails.push([to, mail]);
  return { clock, mails, pass, post };
}

describe('the inbox of edges', () => {
  it('hands over what other programs have put there, oldest first, and looks again', async () => {
    const { clock, mails, pass, post } = rig();
    const found = [[row('b'), row('a')], 'fails', [], [row('c')]];
    const asked: unknown[] = [];
    const edges = async (filter: unknown): Promise<EdgeRecord[]> => {
      asked.push(filter);
      const answer = found.shift() ?? [];
      if (typeof answer === 'string') throw new Error(answer);
      return answer;
    };
    const stop = openEdgeInbox({ store: { edges }, clock, post, intervalMs: 15 * SECOND });
    await pass(46);
    expect(asked).toEqual(Array(4).fill({ status: 'new', limit: 500 }));
    expect(mails).toEqual([
      ['entries', { type: 'edges.found', edges: [row('a'), row('b')] }],
      ['entries', { type: 'edges.found', edges: [row('c')] }],
    ]);
    stop();
    await pass(60);
    expect(asked).toHaveLength(4);
    expect(clock.nextDeadline()).toBeNull();
  });
});

describe('the drill of a model', () => {
  it('says each word at its time', async () => {
    const { clock, mails, pass, post } = rig();
    const word = { market: 'DEMO', side: 'no', probability: 400_000, confidence: null } as const;
    const stop = startModelDrill(
      { crashMonitor: [], modelSays: [20, 300].map((s) => ({ ...word, afterMs: s * SECOND })) },
      clock,
      post,
    );
    await pass(19);
    expect(mails).toEqual([]);
    await pass(1);
    const said = { ...word, at: NOON + 20 * SECOND, method: null, source: 'drill' };
    expect(mails).toEqual([['entries', { type: 'model.says', values: [said], done: expect.any(Function) }]]);
    stop();
    await pass(400);
    expect(mails).toHaveLength(1);
  });
});
