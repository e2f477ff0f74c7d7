import { z } from 'zod';
import { QUERIES } from '../queries.ts';
import { journalEntry } from '../schemas/positions.ts';
import { alertView, exitView, orderView } from '../schemas/records.ts';
import { type Route, route } from './route.ts';

const tag = 'exits and orders';

export const RECORD_ROUTES: Route[] = [
  route({
    id: 'listPositionExits',
    method: 'get',
    path: '/api/v1/positions/{id}/exits',
    tag,
    summary: 'The exits of one position, oldest first, each with its attempts',
    answer: z.array(exitView),
    handle: ({ records }, { params }) => records.exitsOf(params.id),
  }),
  route({
    id: 'listPositionOrders',
    method: 'get',
    path: '/api/v1/positions/{id}/orders',
    tag,
    summary: 'Every order that sold for one position, oldest first',
    answer: z.array(orderView),
    handle: ({ records }, { params }) => records.ordersOf(params.id),
  }),
  route({
    id: 'listExits',
    method: 'get',
    path: '/api/v1/exits',
    tag,
    summary:
      'Exits that ended since a time (default: a day ago, at most 7 days), and those at work; newest first',
    query: QUERIES.exits,
    answer: z.array(exitView),
    handle: ({ records }, { query }) => records.exits(query),
  }),
  route({
    id: 'listOpenOrders',
    method: 'get',
    path: '/api/v1/orders',
    tag,
    summary: 'Orders that are not known to be over, sales and purchases, oldest first',
    answer: z.array(orderView),
    handle: ({ records }) => records.openOrders(),
  }),
  route({
    id: 'readJournal',
    method: 'get',
    path: '/api/v1/journal',
    tag,
    summary: 'The last lines of the journal, oldest first; of one position where asked',
    query: QUERIES.journal,
    answer: z.array(journalEntry),
    handle: ({ records }, { query }) => records.journal(query),
  }),
  route({
    id: 'listAlerts',
    method: 'get',
    path: '/api/v1/alerts',
    tag,
    summary: 'The open alerts, or with `open=false` the last ones that were resolved, newest first',
    query: QUERIES.alerts,
    answer: z.array(alertView),
    handle: ({ records }, { query }) => records.alerts(query),
  }),
];
