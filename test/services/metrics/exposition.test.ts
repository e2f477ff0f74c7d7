import { describe, expect, test } from 'vitest';
import { parseExposition, sampleOf } from '../../support/exposition.ts';

const HEAD = '# HELP a_total what it counts\n# TYPE a_total counter\n';
const HISTOGRAM = '# HELP h how long\n# TYPE h histogram\n';

describe('the reader of the tests', () => {
  test('reads labels with their escapes, and numbers', () => {
    const text = `${HEAD}a_total{x="1",y="a\\"b\\\\c\\nd"} 2.5e+3\na_total 7\n`;
    expect(parseExposition(text).get('a_total')).toEqual({
      name: 'a_total',
      type: 'counter',
      help: 'what it counts',
      samples: [
        { name: 'a_total', labels: { x: '1', y: 'a"b\\c\nd' }, value: 2_500 },
        { name: 'a_total', labels: {}, value: 7 },
      ],
    });
  });

  test.each([
    { name: 'no end of the last line', text: HEAD.trimEnd() },
    { name: 'a sample without a type', text: 'a_total 1\n' },
    { name: 'a type without help', text: '# TYPE a_total counter\n' },
    { name: 'a family twice', text: HEAD + HEAD },
    { name: 'a sample of another family', text: `${HEAD}b_total 1\n` },
    { name: 'a series twice', text: `${HEAD}a_total{x="1"} 1\na_total{x="1"} 2\n` },
    { name: 'a label twice', text: `${HEAD}a_total{x="1",x="2"} 1\n` },
    { name: 'a quote that is not escaped', text: `${HEAD}a_total{x="a"b"} 1\n` },
    { name: 'no number', text: `${HEAD}a_total one\n` },
    { name: 'a counter below 0', text: `${HEAD}a_total -1\n` },
    {
      name: 'buckets that shrink',
      text: `${HISTOGRAM}h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_count 1\n`,
    },
    {
      name: 'bounds out of order',
      text: `${HISTOGRAM}h_bucket{le="+Inf"} 1\nh_bucket{le="1"} 1\nh_count 1\n`,
    },
    { name: 'no last bucket', text: `${HISTOGRAM}h_bucket{le="1"} 1\nh_count 1\n` },
    { name: 'a last bucket that is not all', text: `${HISTOGRAM}h_bucket{le="+Inf"} 1\nh_count 2\n` },
  ])('refuses $name', ({ text }) => {
    expect(() => parseExposition(text)).toThrow();
  });

  test('gives the one sample asked for', () => {
    const families = parseExposition(`${HEAD}a_total{x="1"} 1\na_total{x="2"} 5\n`);
    expect(sampleOf(families, 'a_total', { x: '2' })).toBe(5);
    expect(() => sampleOf(families, 'a_total')).toThrow('2 samples');
    expect(() => sampleOf(families, 'b_total')).toThrow('0 samples');
  });
});
