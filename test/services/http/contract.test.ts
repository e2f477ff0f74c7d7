import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020.js';
import { afterEach, describe, expect, test } from 'vitest';
import { describeApi } from '../../../src/services/http/openapi.ts';
import { ROUTES } from '../../../src/services/http/routes.ts';
import { readModelWord } from '../../../src/services/model/model-values.ts';
import { ApiRig, TRUSTED } from './api-rig.ts';
import { EXAMPLES, type Example } from './contract-examples.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document is looked into
type Json = Record<string, any>;

const document: Json = describeApi();
const ajv = new Ajv2020.default({
  strict: true,
  allowUnionTypes: true,
  allErrors: true,
  unicodeRegExp: true,
});
ajv.addFormat('date-time', true);
ajv.addSchema(known({ $id: 'api', $defs: document.components.schemas }));

/** A schema of the document whose references lead to its schemas. */
function known(schema: Json): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"api#/$defs/'));
}

const validatorOf = (schema: Json): ValidateFunction => ajv.compile(known(schema));

let rig: ApiRig;
afterEach(() => rig?.close());

const operationOf = ({ of }: Pick<Example, 'of'>) => {
  const route = ROUTES.find(({ id }) => id === of)!;
  return { route, operation: document.paths[route.path][route.method] };
};

/** Follows a reference within the document, and leaves anything else as it is. */
const resolved = (part: Json): Json | undefined =>
  part.$ref === undefined
    ? part
    : part.$ref
        .split('/')
        .slice(1)
        .reduce((node: Json | undefined, key: string) => node?.[key], document);

const nameOf = ({ of, path, status, after }: Example): string =>
  `${of}: ${status} for ${path}${after ? ` after ${after.name}` : ''}`;

describe('each answer is what the description says', () => {
  test.each(EXAMPLES.map((example, i) => [`${i} ${nameOf(example)}`, example] as const))(
    '%s',
    async (_, example) => {
      rig = await ApiRig.open(example.given);
      await example.after?.(rig);
      const { route, operation } = operationOf(example);
      const { path, body, headers = TRUSTED, status } = example;
      const answer = await rig.ask(route.method.toUpperCase(), path, { body, headers });
      expect([answer.status, answer.text.slice(0, 500)]).toEqual([status, expect.anything()]);
      const described = resolved(operation.responses[status])!;
      const media = answer.headers.get('content-type')!.split(';')[0]!;
      const { schema } = described.content[media];
      const validate = validatorOf(schema);
      const given = media.endsWith('json') ? answer.body : answer.text;
      expect([validate(given), validate.errors]).toEqual([true, null]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      if (media === 'application/problem+json')
        expect(answer.body).toMatchObject({ status, type: `urn:postern:problem:${answer.body.code}` });
    },
  );

  test.each(EXAMPLES.filter(({ status, body }) => status < 300 && body !== undefined))(
    'what $of takes, the description takes too',
    (example) => {
      const { content } = operationOf(example).operation.requestBody;
      const validate = validatorOf(content['application/json'].schema);
      const values = example.of.startsWith('sayModel') ? [example.body].flat().slice(0, 1) : example.body;
      expect([validate(values), validate.errors]).toEqual([true, null]);
    },
  );

  test.each(ROUTES.filter(({ status }) => status !== 101))(
    '$id has an example that works and one that does not',
    ({ id }) => {
      const statuses = EXAMPLES.filter(({ of }) => of === id).map(({ status }) => status);
      expect({ works: statuses.some((s) => s < 300), fails: statuses.some((s) => s >= 400) }).toEqual({
        works: true,
        fails: true,
      });
    },
  );
});

describe('the description', () => {
  test('is served, and is the same each time, byte for byte', async () => {
    rig = await ApiRig.open();
    const first = await rig.ask('GET', '/api/openapi.json', { headers: {} });
    const second = await rig.ask('GET', '/api/openapi.json', { headers: {} });
    expect(first.text).toBe(second.text);
    expect(first.text).toBe(JSON.stringify(describeApi()));
    expect(first.headers.get('content-type')).toBe('application/json');
  });

  test('names every route once, and says which need the token', () => {
    const ids = ROUTES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { method, path } of ROUTES) {
      const { security } = document.paths[path][method];
      expect(security).toEqual(method === 'get' ? [{}, { token: [] }] : [{ token: [] }]);
    }
  });

  test('has no reference that leads nowhere', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"(#[^"]+)"/g)].map(([, at]) => at!);
    expect(references.length).toBeGreaterThan(100);
    for (const $ref of references) expect(resolved({ $ref }), $ref).toBeDefined();
  });

  test.each(Object.keys(document.components.schemas))('%s is a JSON Schema', (name) => {
    expect(validatorOf({ $ref: `#/components/schemas/${name}` })).toBeTypeOf('function');
  });

  test.each<[string, object]>([
    ['all of it', { at: '2026-02-08T19:12:49Z', confidence: 'high', method: 'nfl', source: 'elo' }],
    ['a number', { probability: 0.62 }],
    ['nulls', { at: null, confidence: null, method: null, source: null }],
    ['another side', { side: 'maybe' }],
    ['another key', { markt: 'x' }],
    ['no market', { market: null }],
    ['a strange market', { market: 'a b' }],
    ['a word for a probability', { probability: 'high' }],
    ['too many decimals', { probability: '0.1234567' }],
    ['another confidence', { confidence: 'full' }],
    ['a strange method', { method: '-' }],
    ['a long source', { source: 'x'.repeat(101) }],
  ])('takes and refuses the same values of a model as the daemon: %s', (_, change) => {
    const value = { market: 'GAME-A', side: 'yes', probability: '0.62', ...change };
    const validate = validatorOf({ $ref: '#/components/schemas/ModelValue' });
    expect(validate(value)).toBe(typeof readModelWord(value) !== 'string');
  });
});
