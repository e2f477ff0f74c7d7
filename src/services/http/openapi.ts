import { BODIES } from './bodies.ts';
import { type JsonSchema, type SchemaBook, writeSchemas } from './json-schemas.ts';
import { EVENTS_PATH, EVENTS_PROTOCOL, INSPECTION_PATH, VERSION } from './places.ts';
import { PROBLEMS, type ProblemCode, problemType } from './problem.ts';
import { changes, paramsOf, type Route, TAGS } from './routes/route.ts';
import { ROUTES } from './routes.ts';
import { ACCOUNT_VIEWS } from './schemas/account.ts';
import { DAEMON_VIEWS, nothingTaken, problem } from './schemas/daemon.ts';
import { EVENTS } from './schemas/events.ts';
import { INSPECTION, INSPECTION_VIEWS } from './schemas/inspection.ts';
import { METHOD_VIEWS } from './schemas/methods.ts';
import { POSITION_VIEWS } from './schemas/positions.ts';
import { RECORD_VIEWS } from './schemas/records.ts';
import { REPORT_VIEWS } from './schemas/report.ts';

const DESCRIPTION =
  'The API of a running Postern, under the url of `<data_dir>/daemon.json`. Money, prices and quantities are decimal ' +
  'texts, times ISO 8601 in UTC. What changes something needs the token of `<data_dir>/token`; where the daemon listens ' +
  'on more than loopback, everything does. Errors are problem details (RFC 9457), told apart by `code`. An address that ' +
  'there is none of answers `no_such_route`, a method that it does not take `method_not_allowed` with `Allow`.';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];

/** What any request may come to. */
const COMMON: readonly ProblemCode[] = [
  'unauthorized',
  'wrong_origin',
  'wrong_host',
  'internal',
  'unavailable',
];

/** The API as OpenAPI 3.1 describes it, from the table that it is built from; the same each time. */
export function describeApi(): Record<string, unknown> {
  const answers = writeSchemas(
    'output',
    {
      ...POSITION_VIEWS,
      ...RECORD_VIEWS,
      ...METHOD_VIEWS,
      ...ACCOUNT_VIEWS,
      ...REPORT_VIEWS,
      ...DAEMON_VIEWS,
      ...EVENTS,
      ...INSPECTION_VIEWS,
    },
    ROUTES.map(({ answer }) => answer),
  );
  const bodies = writeSchemas(
    'input',
    BODIES,
    ROUTES.flatMap(({ body }) => body ?? []),
  );
  const queries = writeSchemas(
    'input',
    {},
    ROUTES.flatMap(({ query }) => query ?? []),
  );
  const books = { answers, bodies, queries };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of ROUTES)
    paths[route.path] = { ...paths[route.path], [route.method]: describeRoute(route, books) };
  return {
    openapi: '3.1.1',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: { title: 'Postern', version: VERSION, description: DESCRIPTION },
    tags: TAGS.map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...answers.components, ...bodies.components },
      responses: Object.fromEntries(CODES.map((code) => [code, describeProblems([code], answers)])),
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
    'x-problems': CODES.map((code) => ({ code, type: problemType(code), ...PROBLEMS[code] })),
    'x-events': {
      path: EVENTS_PATH,
      subprotocol: EVENTS_PROTOCOL,
      messages: Object.values(EVENTS).map((event) => answers.of(event)),
    },
    'x-inspection': {
      path: INSPECTION_PATH,
      subprotocol: EVENTS_PROTOCOL,
      messages: Object.values(INSPECTION).map((message) => answers.of(message)),
    },
  };
}

interface Books {
  answers: SchemaBook;
  bodies: SchemaBook;
  queries: SchemaBook;
}

function describeRoute(route: Route, { answers, bodies, queries }: Books): JsonSchema {
  const parameters = [
    ...paramsOf(route).map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...(route.query ? describeQuery(queries.of(route.query)) : []),
  ];
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description ? { description: route.description } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body ? { requestBody: describeBody(bodies.of(route.body), bodies) } : {}),
    responses: describeAnswers(route, answers),
    security: changes(route) ? [{ token: [] }] : [{}, { token: [] }],
  };
}

/** A parameter is a text: it can't be null. */
function describeQuery(schema: JsonSchema): JsonSchema[] {
  const properties = schema.properties as Record<string, JsonSchema>;
  const required = (schema.required ?? []) as string[];
  return Object.entries(properties).map(([name, { anyOf, ...plain }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: (anyOf as JsonSchema[] | undefined)?.[0] ?? plain,
  }));
}

/** None is an empty one, where that will do. */
function describeBody(schema: JsonSchema, { components }: SchemaBook): JsonSchema {
  const named = components[String(schema.$ref).split('/').at(-1)!];
  const mayBeLeftOut = named !== undefined && ((named.required ?? []) as string[]).length === 0;
  return { required: !mayBeLeftOut, content: { 'application/json': { schema } } };
}

function describeAnswers(route: Route, answers: SchemaBook): Record<string, JsonSchema> {
  const responses: Record<string, JsonSchema> = {};
  const { status = 200, other, contentType } = route;
  const media = contentType ? 'text/plain' : 'application/json';
  const content = { [media]: { schema: answers.of(route.answer) } };
  responses[status] = status === 101 ? { description: 'WebSocket' } : { description: 'Done', content };
  for (const [failure, codes] of byStatus(problemsOf(route)))
    responses[failure] =
      codes.length === 1 ? { $ref: `#/components/responses/${codes[0]}` } : describeProblems(codes, answers);
  if (other) {
    const problems = describeProblems(['unavailable'], answers);
    responses[other.status] = { ...problems, content: { ...content, ...(problems.content as JsonSchema) } };
  }
  return responses;
}

/** The answer of problems with one status. */
function describeProblems(codes: readonly ProblemCode[], answers: SchemaBook): JsonSchema {
  const { status } = PROBLEMS[codes[0]!];
  const facts = { type: 'object', properties: { status: { const: status }, code: { enum: codes } } };
  const schema = codes.includes('nothing_taken')
    ? answers.of(nothingTaken)
    : { allOf: [answers.of(problem), facts] };
  return {
    description: codes.map((code) => PROBLEMS[code].title).join('; '),
    content: { 'application/problem+json': { schema } },
  };
}

/** Every problem that a route may answer with. */
function problemsOf(route: Route): ProblemCode[] {
  return [
    ...COMMON,
    ...(route.query || route.body ? (['invalid'] as const) : []),
    ...(route.body ? (['too_large', 'not_json'] as const) : []),
    ...(paramsOf(route).length > 0 ? (['not_found'] as const) : []),
    ...(route.problems ?? []),
  ];
}

function byStatus(codes: readonly ProblemCode[]): [number, ProblemCode[]][] {
  const statuses = new Map<number, Set<ProblemCode>>();
  for (const code of codes) {
    const { status } = PROBLEMS[code];
    statuses.set(status, (statuses.get(status) ?? new Set()).add(code));
  }
  return [...statuses].sort(([a], [b]) => a - b).map(([status, known]) => [status, [...known]]);
}
