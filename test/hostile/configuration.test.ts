import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/services/config/config-error.ts';
import { DEFAULT_TEXT, readOver } from '../services/config/read-problems.ts';
import { asText, type Json, NASTY, spoiled, spoiledText, tries } from './mutations.ts';

/** Null when it loads, else the words of the refusal. Anything but a refusal is thrown. */
function refusalOf(text: string, env: Record<string, string> = {}): string | null {
  try {
    readOver(text, env);
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

const METHODS = `methods:
  nfl:
    exit_conditions: {stop_loss: {stop: 0.10}, profit_target: {high: 0.3}}
    trailing_stop: {activation: 0.08}
    partial_exits:
      stages:
        - {name: "a", profit_threshold: 0.1, exit_percentage: 50}
    entry: {min_edge: 0.06, kelly_fraction: 0.2}
entry: {enabled: true, max_positions: 3}
alerts:
  webhooks:
    - {name: "ops", url: "https://example.com/hook"}
venue: {kind: kalshi, environment: demo, adopt: all}
`;

describe('a configuration', () => {
  test.each([
    ['the defaults', DEFAULT_TEXT],
    ['methods, alerts and a venue', METHODS],
  ])('%s: whatever happens to the text, it loads or says in a few words where it does not', (_, text) => {
    fc.assert(
      fc.property(spoiledText(text, ': '), (given) => {
        const refusal = refusalOf(given);
        if (refusal === null) return;
        expect(refusal).toMatch(/^The configuration is not valid, \d+ problems?:\n {2}my\.yaml/);
        expect(refusal).not.toMatch(/\[object|undefined|Invalid input/);
        expect(refusal.length).toBeLessThan(30_000);
      }),
      tries(20),
    );
  });

  const TREE: Json = {
    monitoring: { normal_frequency: '30', urgent_conditions: { near_stop_loss_pct: '0.02' } },
    exit_priorities: { CRITICAL: ['stop_loss'], HIGH: [], MEDIUM: [], LOW: [] },
    partial_exits: {
      enabled: 'true',
      stages: [{ name: 'a', profit_threshold: '0.15', exit_percentage: '50' }],
    },
    methods: { nfl: { exit_conditions: { stop_loss: { stop: '0.1' } } } },
    circuit_breakers: { daily_loss: { limit: '500' } },
  };

  test('whatever tree it holds', () => {
    fc.assert(
      fc.property(spoiled(TREE), (tree) => {
        const refusal = refusalOf(asText(tree));
        if (refusal !== null) expect(refusal.length).toBeLessThan(30_000);
      }),
      tries(20),
    );
  });

  test.each([
    ['too long', `a: ${'x'.repeat(10_000_000)}`],
    ['of many keys', Array.from({ length: 20_000 }, (_, i) => `k${i}: 1\n`).join('')],
    ['of one long key', `${'k'.repeat(500_000)}: 1`],
    ['nested deeply', `a: ${'['.repeat(20_000)}`],
    ['nested deeply and closed', `a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['nested deeply by mappings', `a: ${'{b: '.repeat(20_000)}`],
    ['nested deeply by lines', Array.from({ length: 1_400 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['of a list of many stages', `partial_exits:\n  stages:\n${'    - x\n'.repeat(10_000)}`],
    ['of many methods', `methods:\n${Array.from({ length: 300 }, (_, i) => `  m${i}: x\n`).join('')}`],
    ['of aliases that multiply', `a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]`],
  ])('one %s is refused in a few words', (_, text) => {
    const refusal = refusalOf(text);
    expect(refusal).toMatch(/^The configuration is not valid/);
    expect(refusal!.length).toBeLessThan(30_000);
  });
});

test('whatever the environment says, it is taken or refused by naming the variable, and no password is told', () => {
  const names = ['POSTERN_DATA_DIR', 'POSTERN_DATABASE_URL', 'KALSHI_API_KEY_ID', 'KALSHI_PRIVATE_KEY_PATH'];
  const texts = fc.oneof(
    fc.constantFrom(...NASTY.filter((value) => typeof value === 'string')),
    fc.constantFrom(
      '-----BEGIN PRIVATE KEY-----\nhunter2\n',
      '-----BEGIN PRIVATE KEY-----\\nhunter2',
      'postgres://u:hunter2@h',
      'postgres://u:hunter2@',
      'http://u:hunter2@h',
      'u:hunter2@h',
      '//',
      '~/x',
    ),
    fc.string({ unit: 'binary' }),
    fc.webUrl(),
  );
  fc.assert(
    fc.property(fc.constantFrom(...names), texts, fc.constantFrom('', METHODS), (name, text, config) => {
      const refusal = refusalOf(config === '' ? 'log: {}' : config, { [name]: text });
      if (refusal === null) return;
      expect(refusal).toContain(config === '' ? `environment variable ${name}` : 'The configuration');
      expect(refusal).not.toContain('hunter2');
      expect(refusal.length).toBeLessThan(10_000);
    }),
    tries(30),
  );
});
