import { z } from 'zod';
import { listCharts } from '../../inspect/machines.ts';
import { INSPECTION_PATH } from '../places.ts';
import { QUERIES } from '../queries.ts';
import { actorsTold, chart } from '../schemas/inspection.ts';
import { needsUpgrade, type Route, route } from './route.ts';

const tag = 'statecharts';

export const INSPECTION_ROUTES: Route[] = [
  route({
    id: 'listMachines',
    method: 'get',
    path: '/api/v1/machines',
    tag,
    summary: 'Every statechart, as it is defined',
    answer: z.array(chart),
    handle: listCharts,
  }),
  route({
    id: 'followInspection',
    method: 'get',
    path: INSPECTION_PATH,
    tag,
    summary: 'The running statecharts over WebSocket',
    description:
      'Each message is one of `x-inspection`, at most one of each kind in 100 ms; the first says what there is. With ' +
      '`position` only those that work for it are told of. Access, subprotocol and ending are those of the events.',
    status: 101,
    problems: ['invalid', 'upgrade_required'],
    query: QUERIES.inspection,
    answer: actorsTold,
    handle: needsUpgrade,
  }),
];
