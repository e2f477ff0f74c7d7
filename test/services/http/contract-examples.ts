/** What each route of the API is asked in the contract test: what works, and what does not. */
import type { Composition } from '../../../src/compose/composition.ts';
import type { ApiRig, ApiRigOptions } from './api-rig.ts';

export interface Example {
  given: ApiRigOptions;
  /** The operation's id. */
  of: string;
  /** With its parameters filled in, and its query. */
  path: string;
  status: number;
  /** A text is sent as it is. */
  body?: unknown;
  /** Instead of the token's and the type's. */
  headers?: Record<string, string>;
  /** What has to have happened before. */
  after?: (rig: ApiRig) => Promise<unknown>;
}

const GIVEN: ApiRigOptions = { positions: [{}, { market: 'GAME-B', side: 'no' }] };

/** The loss breaker is tripped. */
const TRIPPED: ApiRigOptions = {
  ...GIVEN,
  adjust: (given): Composition => ({
    ...given,
    account: {
      ...given.account!,
      breakers: [
        { name: 'daily_loss', tripped: true, reason: 'a bad day', changedAt: given.clock.now(), data: {} },
      ],
    },
  }),
};

const P = '/api/v1/positions';
const STRANGE = { host: 'evil.example' };
const UNTRUSTED = { 'content-type': 'application/json' };
const FORM = { authorization: `Bearer ${'5'.repeat(64)}`, 'content-type': 'text/plain' };
const TRACK = { market: 'GAME-A', side: 'yes', quantity: '3', entry_price: '0.41' };
const VALUE = { market: 'GAME-A', side: 'yes', probability: '0.62' };
const WORD = { by: 'alice', reason: 'enough' };

const exiting = (rig: ApiRig) => rig.ask('POST', `${P}/1/exit`, { body: { priority: 'LOW', ...WORD } });
const held = (rig: ApiRig) => rig.ask('POST', `${P}/1/hold`, { body: WORD });
const edge = (rig: ApiRig) => rig.ask('PUT', '/api/v1/model', { body: VALUE });

/** The venue refuses its order for good. */
export async function failed(rig: ApiRig): Promise<void> {
  const { world } = rig.live;
  world.venue.next.place.push({ kind: 'rejected', code: 'other', message: 'no such thing' });
  await exiting(rig);
  await world.pass(1);
}

/** It was sold, and another one is at work. */
async function sold(rig: ApiRig): Promise<void> {
  const { world } = rig.live;
  await exiting(rig);
  await world.pass(1);
  const order = [...world.venue.orders.values()][0]!;
  world.venue.fill(order.clientId, order.quantity);
  await world.pass(60);
  await rig.ask('POST', `${P}/2/exit`, { body: { quantity: '5', reason: 'a part' } });
  await world.pass(1);
}

const ASKED: readonly (Omit<Example, 'given'> & Partial<Example>)[] = [
  { of: 'listPositions', path: P, status: 200 },
  { of: 'listPositions', path: P, status: 200, after: exiting },
  { of: 'listPositions', path: `${P}?closed=true`, status: 200, after: sold },
  { of: 'listPositions', path: `${P}?closed=perhaps`, status: 400 },
  { of: 'listPositions', path: `${P}?close=true`, status: 400 },
  { of: 'listPositions', path: P, status: 421, headers: STRANGE },
  { of: 'trackPosition', path: P, status: 201, body: TRACK },
  {
    of: 'trackPosition',
    path: P,
    status: 201,
    body: { ...TRACK, method: null, confidence: 'low', model_probability: '0.5', opened_at: null },
  },
  { of: 'trackPosition', path: P, status: 400, body: { ...TRACK, quantity: 3 } },
  { of: 'trackPosition', path: P, status: 400, body: { ...TRACK, size: '3' } },
  { of: 'trackPosition', path: P, status: 401, body: TRACK, headers: UNTRUSTED },
  { of: 'trackPosition', path: P, status: 413, body: `"${'x'.repeat(70_000)}"` },
  { of: 'trackPosition', path: P, status: 415, body: TRACK, headers: FORM },
  { of: 'showPosition', path: `${P}/1`, status: 200 },
  { of: 'showPosition', path: `${P}/1`, status: 200, after: failed },
  { of: 'showPosition', path: `${P}/9`, status: 404 },
  { of: 'explainPosition', path: `${P}/1/explain`, status: 200 },
  { of: 'explainPosition', path: `${P}/1/explain`, status: 200, after: sold },
  { of: 'explainPosition', path: `${P}/9/explain`, status: 404 },
  { of: 'readPrices', path: `${P}/2/prices`, status: 200 },
  { of: 'readPrices', path: `${P}/1/prices`, status: 200, after: exiting },
  { of: 'readPrices', path: `${P}/1/prices`, status: 200, after: sold },
  { of: 'readPrices', path: `${P}/9/prices`, status: 404 },
  { of: 'previewExit', path: `${P}/1/exit`, status: 200 },
  { of: 'previewExit', path: `${P}/2/exit?priority=CRITICAL&quantity=2.5`, status: 200, after: exiting },
  { of: 'previewExit', path: `${P}/1/exit?quantity=101`, status: 200, after: failed },
  { of: 'previewExit', path: `${P}/1/exit`, status: 200, after: sold },
  { of: 'previewExit', path: `${P}/1/exit?quantity=0`, status: 400 },
  { of: 'previewExit', path: `${P}/1/exit?urgency=high`, status: 400 },
  { of: 'previewExit', path: `${P}/9/exit`, status: 404 },
  { of: 'exitPosition', path: `${P}/1/exit`, status: 200, body: { quantity: '2.5', ...WORD } },
  { of: 'exitPosition', path: `${P}/1/exit`, status: 200 },
  { of: 'exitPosition', path: `${P}/1/exit`, status: 400, body: { quantity: '-1' } },
  { of: 'exitPosition', path: `${P}/1/exit`, status: 409, body: { quantity: '101' } },
  { of: 'exitPosition', path: `${P}/9/exit`, status: 404 },
  { of: 'holdPosition', path: `${P}/1/hold`, status: 200, body: { cancel: true, ...WORD } },
  { of: 'holdPosition', path: `${P}/1/hold`, status: 400, body: { cancel: 'true' } },
  { of: 'releasePosition', path: `${P}/1/release`, status: 200, after: held },
  { of: 'releasePosition', path: `${P}/1/release`, status: 409 },
  { of: 'resumePosition', path: `${P}/1/resume`, status: 200, body: WORD, after: failed },
  { of: 'resumePosition', path: `${P}/1/resume`, status: 409 },
  { of: 'retryPosition', path: `${P}/1/retry`, status: 200, body: WORD, after: failed },
  { of: 'retryPosition', path: `${P}/1/retry`, status: 409 },
  {
    of: 'setPositionMethod',
    path: `${P}/1/method`,
    status: 200,
    body: { method: 'nfl', settings: { stop_loss: '-0.08' }, ...WORD },
  },
  { of: 'setPositionMethod', path: `${P}/1/method`, status: 400, body: { settings: { stop_los: '0.1' } } },
  { of: 'setPositionMethod', path: `${P}/1/method`, status: 409, body: {} },
  { of: 'listPositionExits', path: `${P}/1/exits`, status: 200, after: sold },
  { of: 'listPositionExits', path: `${P}/9/exits`, status: 404 },
  { of: 'listPositionOrders', path: `${P}/1/orders`, status: 200, after: sold },
  { of: 'listPositionOrders', path: `${P}/9/orders`, status: 404 },
  { of: 'listExits', path: '/api/v1/exits', status: 200, after: sold },
  { of: 'listExits', path: '/api/v1/exits?priority=LOW&limit=1', status: 200, after: sold },
  { of: 'listExits', path: '/api/v1/exits?since=yesterday', status: 400 },
  { of: 'listExits', path: '/api/v1/exits?since=2020-01-01T00:00:00Z', status: 400 },
  { of: 'listOpenOrders', path: '/api/v1/orders', status: 200, after: sold },
  { of: 'listOpenOrders', path: '/api/v1/orders', status: 403, headers: { origin: 'http://evil.example' } },
  { of: 'readJournal', path: '/api/v1/journal?limit=3', status: 200, after: sold },
  { of: 'readJournal', path: '/api/v1/journal?position=2', status: 200, after: sold },
  { of: 'readJournal', path: '/api/v1/journal?limit=0', status: 400 },
  { of: 'listAlerts', path: '/api/v1/alerts', status: 200, after: failed },
  { of: 'listAlerts', path: '/api/v1/alerts?open=false', status: 200, after: failed },
  { of: 'listAlerts', path: '/api/v1/alerts?open=yes', status: 400 },
  { of: 'listMethods', path: '/api/v1/methods', status: 200 },
  { of: 'listMethods', path: '/api/v1/methods', status: 421, headers: STRANGE },
  { of: 'compareMethods', path: '/api/v1/methods/diff?from=nfl&to=nba', status: 200 },
  { of: 'compareMethods', path: '/api/v1/methods/diff?from=nfl&to=nope', status: 404 },
  { of: 'compareMethods', path: '/api/v1/methods/diff?from=nfl', status: 400 },
  { of: 'compareMethods', path: '/api/v1/methods/diff?from=nfl&to=nba&to=nba', status: 400 },
  { of: 'showMethod', path: '/api/v1/methods/nfl@1', status: 200 },
  { of: 'showMethod', path: '/api/v1/methods/nfl@9', status: 404 },
  { of: 'showMethod', path: '/api/v1/methods/nfl@x', status: 400 },
  {
    of: 'reloadConfiguration',
    path: '/api/v1/reload',
    status: 200,
    body: WORD,
    after: async (rig) =>
      rig.live.write(
        'entry: {min_edge: 0.09}\nmethods: {own: {exit_conditions: {stop_loss: {stop: 0.1}}}}\n',
      ),
  },
  {
    of: 'reloadConfiguration',
    path: '/api/v1/reload',
    status: 400,
    after: async (rig) => rig.live.write('entri: {}\n'),
  },
  { of: 'readModel', path: '/api/v1/model', status: 200, after: edge },
  { of: 'readModel', path: '/api/v1/model', status: 421, headers: STRANGE },
  ...(['sayModel', 'sayModelUnversioned'] as const).flatMap((of): typeof ASKED => {
    const path = of === 'sayModel' ? '/api/v1/model' : '/api/model';
    return [
      { of, path, status: 200, body: VALUE },
      { of, path, status: 200, body: [{ ...VALUE, probability: 0.5, source: null }, { nonsense: true }] },
      { of, path, status: 400, body: [] },
      { of, path, status: 422, body: { ...VALUE, method: 'nope' } },
      { of, path, status: 401, body: VALUE, headers: UNTRUSTED },
    ];
  }),
  { of: 'listEntries', path: '/api/v1/entries?status=noted&limit=5', status: 200, after: edge },
  { of: 'listEntries', path: '/api/v1/entries?status=lost', status: 400 },
  { of: 'pauseEntries', path: '/api/v1/entries/pause', status: 200, body: WORD },
  { of: 'pauseEntries', path: '/api/v1/entries/pause', status: 400, body: { note: 'lunch' } },
  { of: 'resumeEntries', path: '/api/v1/entries/resume', status: 200 },
  { of: 'resumeEntries', path: '/api/v1/entries/resume', status: 401, headers: UNTRUSTED },
  { of: 'listBreakers', path: '/api/v1/breakers', status: 200 },
  { of: 'listBreakers', path: '/api/v1/breakers', status: 421, headers: STRANGE },
  {
    given: TRIPPED,
    of: 'resetBreaker',
    path: '/api/v1/breakers/daily_loss/reset',
    status: 200,
    body: { ...WORD, until_tomorrow: true, limit: null },
  },
  { of: 'resetBreaker', path: '/api/v1/breakers/api/reset', status: 400, body: { by: 'alice' } },
  { of: 'resetBreaker', path: '/api/v1/breakers/apis/reset', status: 404, body: WORD },
  { of: 'resetBreaker', path: '/api/v1/breakers/database/reset', status: 409, body: WORD },
  { of: 'readReport', path: '/api/v1/report', status: 200, after: sold },
  { of: 'readReport', path: '/api/v1/report?day=2026-13-01', status: 400 },
  { of: 'previewFlatten', path: '/api/v1/flatten', status: 200 },
  { of: 'previewFlatten', path: '/api/v1/flatten', status: 421, headers: STRANGE },
  { of: 'flatten', path: '/api/v1/flatten', status: 200, body: { yes: true, priority: 'CRITICAL', ...WORD } },
  { of: 'flatten', path: '/api/v1/flatten', status: 400, body: { yes: false } },
  { of: 'readIndex', path: '/api', status: 200 },
  { of: 'readIndex', path: '/api', status: 421, headers: STRANGE },
  { of: 'readDescription', path: '/api/openapi.json', status: 200, headers: {} },
  { of: 'readDescription', path: '/api/openapi.json', status: 421, headers: STRANGE },
  { of: 'readStatus', path: '/api/v1/status', status: 200 },
  { of: 'readStatus', path: '/api/v1/status', status: 421, headers: STRANGE },
  { of: 'checkToken', path: '/api/v1/token', status: 200 },
  { of: 'checkToken', path: '/api/v1/token', status: 401, headers: UNTRUSTED },
  { of: 'checkToken', path: '/api/v1/token', status: 421, headers: STRANGE },
  { of: 'readAlive', path: '/healthz', status: 200 },
  { of: 'readAlive', path: '/healthz', status: 421, headers: STRANGE },
  { of: 'readReadiness', path: '/readyz', status: 200 },
  { given: { ...GIVEN, isReady: false }, of: 'readReadiness', path: '/readyz', status: 503 },
  { of: 'readMetrics', path: '/metrics', status: 200 },
  { of: 'readMetrics', path: '/metrics', status: 421, headers: STRANGE },
  { of: 'followEvents', path: '/api/v1/events', status: 426 },
  { of: 'listMachines', path: '/api/v1/machines', status: 200 },
  { of: 'listMachines', path: '/api/v1/machines', status: 421, headers: STRANGE },
  { of: 'followInspection', path: '/api/v1/inspection?position=1', status: 426 },
  { of: 'followInspection', path: '/api/v1/inspection?positions=1', status: 400 },
];

export const EXAMPLES: readonly Example[] = ASKED.map((asked) => ({ given: GIVEN, ...asked }));
