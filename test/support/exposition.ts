/** Prometheus' text format, version 0.0.4, read strictly: whatever it does not allow throws with its line. */

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Family {
  name: string;
  type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';
  help: string;
  samples: Sample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"`;
const HELP = new RegExp(`^# HELP (${NAME}) (\\S.*)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (\\S+)$`);
const NUMBER = /^(?:[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?|[-+]?inf|nan)$/i;

/** Each family by its name. */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, Family>();
  let help: { name: string; text: string } | null = null;
  let family: Family | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    if (line === '') continue;
    const refuse = (why: string): never => {
      throw new Error(`${why}: ${line}`);
    };
    const helped = HELP.exec(line);
    const typed = TYPE.exec(line);
    if (helped) help = { name: helped[1]!, text: helped[2]! };
    else if (typed) {
      const [, name, type] = typed;
      if (help?.name !== name) refuse('a type without its help before it');
      if (families.has(name!)) refuse('a family twice');
      family = { name: name!, type: type as Family['type'], help: help!.text, samples: [] };
      families.set(name!, family);
    } else if (line.startsWith('#')) refuse('neither help nor type');
    else {
      const sample = SAMPLE.exec(line) ?? refuse('no sample');
      const [, name, labels, value] = sample;
      if (!NUMBER.test(value!)) refuse('no number');
      if (family === null || !namesOf(family).includes(name!)) refuse('a sample outside its family');
      family!.samples.push({ name: name!, labels: parseLabels(labels), value: numberOf(value!) });
    }
  }
  for (const one of families.values()) check(one);
  return families;
}

const namesOf = ({ name, type }: Family): string[] =>
  type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];

function parseLabels(text = ''): Record<string, string> {
  const found = [...text.matchAll(new RegExp(LABEL, 'g'))].map(([label]): [string, string] => {
    const at = label.indexOf('=');
    const raw = label.slice(at + 2, -1);
    return [label.slice(0, at), raw.replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c))];
  });
  const labels = Object.fromEntries(found);
  if (Object.keys(labels).length !== found.length) throw new Error(`a label twice: ${text}`);
  return labels;
}

const numberOf = (text: string): number => {
  const inf = /^([-+]?)inf$/i.exec(text);
  return inf ? (inf[1] === '-' ? -1 : 1) * Number.POSITIVE_INFINITY : Number(text);
};

const keyOf = (labels: Record<string, string>): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

/** No series twice; a counter never below 0; a histogram's buckets in order, growing, and the last one all. */
function check(family: Family): void {
  const seen = new Set<string>();
  for (const { name, labels, value } of family.samples) {
    const key = name + keyOf(labels);
    if (seen.has(key)) throw new Error(`a series twice: ${key}`);
    seen.add(key);
    if (family.type === 'counter' && !(value >= 0)) throw new Error(`a counter below 0: ${key} ${value}`);
  }
  if (family.type === 'histogram') checkHistogram(family);
}

function checkHistogram({ name, samples }: Family): void {
  const groups = new Map<string, { bounds: number[]; counts: number[]; count: number | null }>();
  for (const sample of samples) {
    const { le, ...labels } = sample.labels;
    const key = keyOf(labels);
    const group = groups.get(key) ?? { bounds: [], counts: [], count: null };
    groups.set(key, group);
    if (sample.name === `${name}_bucket`) {
      group.bounds.push(numberOf(le!));
      group.counts.push(sample.value);
    } else if (le !== undefined) throw new Error(`${sample.name} has a bound`);
    if (sample.name === `${name}_count`) group.count = sample.value;
  }
  for (const [key, { bounds, counts, count }] of groups) {
    const grows = (values: number[]): boolean =>
      values.every((value, i) => i === 0 || value >= values[i - 1]!);
    if (!grows(bounds) || !grows(counts)) throw new Error(`${name}${key}: buckets are not in order`);
    if (bounds.at(-1) !== Number.POSITIVE_INFINITY) throw new Error(`${name}${key}: no last bucket`);
    if (counts.at(-1) !== count) throw new Error(`${name}${key}: the last bucket is not all`);
  }
}

/** The value of the one sample of this name that has these labels. Throws when there is none, or more than one. */
export function sampleOf(
  families: Map<string, Family>,
  name: string,
  labels: Record<string, string> = {},
): number {
  const family = families.get(name) ?? families.get(name.replace(/_(?:count|sum|bucket)$/, ''));
  const found = (family?.samples ?? []).filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  if (found.length !== 1) throw new Error(`${found.length} samples of ${name} ${JSON.stringify(labels)}`);
  return found[0]!.value;
}
