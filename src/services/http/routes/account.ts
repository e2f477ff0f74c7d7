import { z } from 'zod';
import { BREAKERS } from '../../../actors/ports.ts';
import { refuseWord } from '../../config/nearest-word.ts';
import { MOST_VALUES, sayValues } from '../../model/model-values.ts';
import type { AccountOperations, ModelAnswer } from '../../operations/account-operations.ts';
import { BODIES } from '../bodies.ts';
import { HttpProblem } from '../problem.ts';
import { QUERIES } from '../queries.ts';
import {
  breakerView,
  entriesPaused,
  entriesView,
  flattening,
  modelAnswer,
  modelView,
} from '../schemas/account.ts';
import { dayReport } from '../schemas/report.ts';
import { type Route, route } from './route.ts';

/** A thousand values of a model. */
const LARGEST_MODEL = 512 * 1024;
const tag = 'account';

const takeModel = (id: string, path: string): Route =>
  route({
    id,
    method: 'put',
    path,
    tag: 'model feed',
    summary: `What a model says: one value or up to ${MOST_VALUES}, each taken or refused for itself`,
    body: z.union([BODIES.ModelValue, z.array(BODIES.ModelValue).min(1).max(MOST_VALUES)]),
    checksBody: true,
    mostBytes: LARGEST_MODEL,
    problems: ['nothing_taken'],
    answer: modelAnswer,
    handle: ({ operations }, { body }) => sayAll(operations.account, body),
  });

export const ACCOUNT_ROUTES: Route[] = [
  route({
    id: 'readModel',
    method: 'get',
    path: '/api/v1/model',
    tag: 'model feed',
    summary: 'What was said last of each market',
    answer: z.array(modelView),
    handle: ({ operations }) => operations.account.model(),
  }),
  takeModel('sayModel', '/api/v1/model'),
  takeModel('sayModelUnversioned', '/api/model'),
  route({
    id: 'listEntries',
    method: 'get',
    path: '/api/v1/entries',
    tag,
    summary: 'The last edges with what became of them, newest first',
    query: QUERIES.entries,
    answer: entriesView,
    handle: ({ operations }, { query }) => operations.account.entries(query),
  }),
  route({
    id: 'pauseEntries',
    method: 'post',
    path: '/api/v1/entries/pause',
    tag,
    summary: 'No new entries until they are resumed',
    body: BODIES.OperatorWord,
    answer: entriesPaused,
    handle: async ({ operations }, { body }) => {
      await operations.account.pauseEntries(body);
      return { paused: true };
    },
  }),
  route({
    id: 'resumeEntries',
    method: 'post',
    path: '/api/v1/entries/resume',
    tag,
    summary: 'Undoes the pause',
    body: BODIES.OperatorWord,
    answer: entriesPaused,
    handle: async ({ operations }, { body }) => {
      await operations.account.resumeEntries(body);
      return { paused: false };
    },
  }),
  route({
    id: 'listBreakers',
    method: 'get',
    path: '/api/v1/breakers',
    tag,
    summary: 'The circuit breakers with their numbers',
    answer: z.array(breakerView),
    handle: ({ operations }) => operations.account.breakers(),
  }),
  route({
    id: 'resetBreaker',
    method: 'post',
    path: '/api/v1/breakers/{name}/reset',
    tag,
    summary: 'Resets a tripped breaker',
    description:
      'On the same day the loss breaker needs a `limit` or `until_tomorrow`, or it would trip again at once.',
    body: BODIES.ResetRequest,
    problems: ['conflict'],
    answer: breakerView,
    handle: ({ operations }, { params, body }) =>
      operations.account.resetBreaker(breakerOf(params.name), body),
  }),
  route({
    id: 'readReport',
    method: 'get',
    path: '/api/v1/report',
    tag,
    summary: 'One trading day in numbers; the present one unless a day is named',
    query: QUERIES.report,
    answer: dayReport,
    handle: ({ operations }, { query }) => operations.account.report(query.day ?? null),
  }),
  route({
    id: 'previewFlatten',
    method: 'get',
    path: '/api/v1/flatten',
    tag,
    summary: 'What flatten would sell, at the last bids',
    answer: flattening,
    handle: ({ operations }) => operations.account.previewFlatten(),
  }),
  route({
    id: 'flatten',
    method: 'post',
    path: '/api/v1/flatten',
    tag,
    summary: 'Pauses entries and exits every open position',
    body: BODIES.FlattenRequest,
    answer: flattening,
    handle: ({ operations }, { body }) => operations.account.flatten(body),
  }),
];

function breakerOf(name: string): (typeof BREAKERS)[number] {
  const known = BREAKERS.find((one) => one === name);
  if (!known) throw new HttpProblem('not_found', `breaker: ${refuseWord(name, BREAKERS)}`);
  return known;
}

/** Throws an HttpProblem when nothing was taken. */
async function sayAll(account: AccountOperations, body: unknown): Promise<ModelAnswer> {
  const values = Array.isArray(body) ? body : [body];
  if (values.length === 0 || values.length > MOST_VALUES || body === null)
    throw new HttpProblem('invalid', `the body must be a value or a list of 1 to ${MOST_VALUES} of them`);
  const answer = await sayValues(values, (words) => account.say(words));
  if (answer.accepted.length > 0) return answer;
  const [first] = answer.refused;
  const others = answer.refused.length === 1 ? '' : `, and ${answer.refused.length - 1} more`;
  throw new HttpProblem('nothing_taken', `${first?.text}${others}`, { members: answer });
}
