import { z } from 'zod';
import { BODIES } from '../bodies.ts';
import { QUERIES } from '../queries.ts';
import { methodComparison, methodDetail, methodView, reloaded } from '../schemas/methods.ts';
import { type Route, route } from './route.ts';

const tag = 'methods';

export const METHOD_ROUTES: Route[] = [
  route({
    id: 'listMethods',
    method: 'get',
    path: '/api/v1/methods',
    tag,
    summary: 'The latest version of each method, and how many open positions have which',
    answer: z.array(methodView),
    handle: ({ operations }) => operations.methods.list(),
  }),
  route({
    id: 'compareMethods',
    method: 'get',
    path: '/api/v1/methods/diff',
    tag,
    summary: 'What differs between two methods or versions',
    query: QUERIES.diff,
    problems: ['not_found'],
    answer: methodComparison,
    handle: ({ operations }, { query }) => operations.methods.diff(query.from, query.to),
  }),
  route({
    id: 'showMethod',
    method: 'get',
    path: '/api/v1/methods/{reference}',
    tag,
    summary: 'One version of a method: `nfl` is the latest, `nfl@2` the second',
    problems: ['invalid'],
    answer: methodDetail,
    handle: ({ operations }, { params }) => operations.methods.show(params.reference),
  }),
  route({
    id: 'reloadConfiguration',
    method: 'post',
    path: '/api/v1/reload',
    tag,
    summary: 'Reads the configuration again, validated first: with an error nothing changes',
    body: BODIES.OperatorWord,
    answer: reloaded,
    handle: ({ operations }, { body }) => operations.methods.reload(body),
  }),
];
