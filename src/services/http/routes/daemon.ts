import { EVENTS_PATH, OPENAPI_PATH, VERSION } from '../places.ts';
import {
  apiDescription,
  apiIndex,
  daemonStatus,
  health,
  metricsText,
  readiness,
  tokenTaken,
} from '../schemas/daemon.ts';
import { hello } from '../schemas/events.ts';
import { needsUpgrade, type Route, route } from './route.ts';

const tag = 'daemon';

export const DAEMON_ROUTES: Route[] = [
  route({
    id: 'readIndex',
    method: 'get',
    path: '/api',
    tag,
    summary: 'Where to read on',
    answer: apiIndex,
    handle: () => ({
      name: 'postern' as const,
      version: VERSION,
      openapi: OPENAPI_PATH,
      events: EVENTS_PATH,
    }),
  }),
  route({
    id: 'readDescription',
    method: 'get',
    path: OPENAPI_PATH,
    tag,
    summary: 'This description',
    answer: apiDescription,
    handle: ({ description }) => description(),
  }),
  route({
    id: 'readStatus',
    method: 'get',
    path: '/api/v1/status',
    tag,
    summary: 'What the daemon says of itself; waits for nothing',
    answer: daemonStatus,
    handle: ({ status }) => status(),
  }),
  route({
    id: 'checkToken',
    method: 'post',
    path: '/api/v1/token',
    tag,
    summary: 'Whether the token is right: 200 or 401; changes nothing',
    answer: tokenTaken,
    handle: () => ({ taken: true as const }),
  }),
  route({
    id: 'readAlive',
    method: 'get',
    path: '/healthz',
    tag,
    summary: 'The process can still decide: 200, or 503 with the reasons why not',
    answer: health,
    other: { status: 503, when: ({ alive }) => !alive },
    handle: (api) => api.health(),
  }),
  route({
    id: 'readReadiness',
    method: 'get',
    path: '/readyz',
    tag,
    summary: 'It can work: 200, or 503 with what is missing',
    answer: readiness,
    other: { status: 503, when: ({ ready }) => !ready },
    handle: (api) => api.readiness(),
  }),
  route({
    id: 'readMetrics',
    method: 'get',
    path: '/metrics',
    tag,
    summary: 'Everything that is measured, for Prometheus',
    contentType: ({ metrics }) => metrics.contentType,
    answer: metricsText,
    handle: ({ metrics }) => metrics.text(),
  }),
  route({
    id: 'followEvents',
    method: 'get',
    path: EVENTS_PATH,
    tag,
    summary: 'Events over WebSocket',
    description:
      'Each message is one of `x-events`, the first is `hello`. Programs send the token in `Authorization`, pages as a ' +
      'subprotocol `token.<token>` beside `postern.v1`; on loopback neither is needed. What a client sends ends the ' +
      'connection. A client that reads too slowly is cut off with code 1013.',
    status: 101,
    problems: ['upgrade_required'],
    answer: hello,
    handle: needsUpgrade,
  }),
];
