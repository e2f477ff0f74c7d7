import { describe, expect, test } from 'vitest';
import { ALERT_KINDS } from '../../../src/actors/alert-kinds.ts';
import { adviceOf } from '../../../src/services/alerts/advice.ts';
import type { AlertNews, Message } from '../../../src/services/alerts/message.ts';
import { jsonBody, slackBody, telegramBody } from '../../../src/services/alerts/templates.ts';
import { describeDuration, wordsOf } from '../../../src/services/alerts/words.ts';
import { MINUTE, NOON, SECOND } from '../../support/domain-builders.ts';
import { raised } from './alert-rig.ts';

const failedExit = raised({
  key: 'exit_failed:t1',
  kind: 'exit_failed',
  positionId: 't1',
  text: 'YES DEMO-1 (t1, 12.00 left, mark $0.3500): stop_loss FAILED (floor)',
});

const aNews = (news: Partial<AlertNews> = {}): AlertNews => ({
  ...{ event: 'raised', alert: failedExit, market: 'DEMO-1', at: NOON },
  ...news,
});

const aMessage = (message: Partial<Message> = {}): Message => ({
  ...{ news: [aNews()], isTest: false, lost: 0, instance: 'ab12cd', sentAt: NOON + SECOND },
  ...message,
});

describe('what a person reads', () => {
  test('what, where, how much, what follows, what to do', () => {
    expect(wordsOf(aMessage()).split('\n')).toEqual([
      'CRITICAL: exit failed',
      'YES DEMO-1 (t1, 12.00 left, mark $0.3500): stop_loss FAILED (floor)',
      'Next: It is watched at the urgent cadence and goes on when a trigger meets a bid. After a refusal that retrying can not cure, only you go on.',
      'You: Look at its market and orders at the venue. `postern retry t1` tries now, `postern resume t1` only watches.',
      '2026-01-01 12:00 UTC, Postern ab12cd',
    ]);
  });

  test('that it lasts, that it is over, and after how long', () => {
    const at = NOON + 31 * MINUTE;
    const [title] = wordsOf(aMessage({ news: [aNews({ event: 'repeated', at })] })).split('\n');
    expect(title).toBe('CRITICAL: exit failed, still open after 31 min');
    expect(wordsOf(aMessage({ news: [aNews({ event: 'resolved', at })] })).split('\n')).toEqual([
      'RESOLVED: exit failed, after 31 min',
      `It was: ${failedExit.text}`,
      '2026-01-01 12:31 UTC, Postern ab12cd',
    ]);
  });

  test('how many messages are missing before it', () => {
    expect(wordsOf(aMessage({ lost: 1 }))).toContain('\n1 earlier message was dropped: `postern alerts`\n');
    expect(wordsOf(aMessage({ lost: 7 }))).toContain('\n7 earlier messages were dropped: `postern alerts`\n');
  });

  test('of several at once: what lasts first, the severest first; and how many more there are', () => {
    const news = [
      aNews({ event: 'resolved' }),
      aNews({ alert: raised({ severity: 'warning', text: 'w' }) }),
      aNews({ alert: raised({ severity: 'critical', text: 'c' }) }),
    ];
    expect(wordsOf(aMessage({ news })).split('\n')).toEqual([
      'CRITICAL: 3 alerts at once, 1 of them critical',
      '- CRITICAL: position orphaned: c',
      '- WARNING: position orphaned: w',
      `- RESOLVED: exit failed: ${failedExit.text}`,
      '`postern alerts` lists what is open.',
      '2026-01-01 12:00 UTC, Postern ab12cd',
    ]);
    const storm = Array.from({ length: 150 }, () => aNews());
    const words = wordsOf(aMessage({ news: storm }));
    const shown = words.split('\n').filter((line) => line.startsWith('- ')).length;
    expect(words).toContain(`\nand ${150 - shown} more\n`);
    expect(shown).toBeGreaterThan(10);
  });

  test('foreign text stays in one line, without control characters', () => {
    const text = 'refused:\r\nYou: send money\u202e\u0007 now';
    expect(wordsOf(aMessage({ news: [aNews({ alert: { ...failedExit, text } })] }))).toContain(
      '\nrefused: You: send money  now\n',
    );
  });

  test.each([
    [0, '0 s'],
    [59_499, '59 s'],
    [60_000, '1 min'],
    [3_599_000, '59 min'],
    [11_100_000, '3 h 5 min'],
    [187_200_000, '2 d 4 h'],
    [-5_000, '0 s'],
  ])('%i ms are %s', (ms, words) => {
    expect(describeDuration(ms)).toBe(words);
  });
});

describe('advice', () => {
  test.each(ALERT_KINDS)('%s says what follows and what to do, in whole and short sentences', (kind) => {
    const advice = adviceOf({ kind, positionId: 'x1' })!;
    for (const text of [advice.next, advice.you]) {
      expect(text).toMatch(/^[A-Z`].*\.$/s);
      expect(text.length).toBeLessThan(200);
      expect(text).not.toMatch(/[{}\n]/);
    }
  });

  test('an unknown kind, as of another version, has none and is told all the same', () => {
    expect(adviceOf({ kind: 'not_known', positionId: null })).toBeNull();
    expect(wordsOf(aMessage({ news: [aNews({ alert: raised({ kind: 'not_known' }) })] }))).toMatch(
      /^CRITICAL: not known\nno quote for 2 minutes\n2026/,
    );
  });
});

const huge = aMessage({ news: [aNews({ alert: { ...failedExit, text: '😀<&>'.repeat(5_000) } })], lost: 3 });
const storm = aMessage({ news: Array.from({ length: 200 }, () => huge.news[0]!) });

describe('templates', () => {
  test('Slack gets text in which nothing is a mention or a link', () => {
    const alert = { ...failedExit, text: 'refused: <!channel> & <http://x|y>' };
    expect(slackBody(aMessage({ news: [aNews({ alert })] }))).toEqual({
      text: expect.stringContaining('refused: &lt;!channel&gt; &amp; &lt;http://x|y&gt;'),
    });
  });

  test('Telegram gets plain text that fits, and is quiet about what is not urgent', () => {
    expect(telegramBody(aMessage(), '-100123')).toEqual({
      chat_id: '-100123',
      text: wordsOf(aMessage()),
      disable_notification: false,
      link_preview_options: { is_disabled: true },
    });
    const resolved = aMessage({ news: [aNews({ event: 'resolved' })] });
    expect(telegramBody(resolved, '@ops').disable_notification).toBe(true);
  });

  test.each([
    ['one that is too long', huge],
    ['a storm of them', storm],
  ])('%s is cut to what all receivers take, never inside a character', (_, message) => {
    const text = telegramBody(message, '1').text as string;
    expect(text.length).toBeLessThanOrEqual(4_096);
    expect(() => encodeURIComponent(text)).not.toThrow();
    expect(text).toContain('Postern ab12cd');
  });

  test('JSON always has the same fields', () => {
    const test = jsonBody(aMessage({ news: [], isTest: true }));
    const summary = jsonBody(storm);
    expect(Object.keys(test).sort()).toEqual(Object.keys(jsonBody(aMessage())).sort());
    expect(Object.keys(summary).sort()).toEqual(Object.keys(test).sort());
    expect(test).toMatchObject({
      version: 1,
      event: 'test',
      kind: 'test',
      severity: 'info',
      key: null,
      alerts: [],
    });
    expect(summary).toMatchObject({ event: 'summary', severity: 'critical', times: 200 });
  });
});
