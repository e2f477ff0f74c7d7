import { namedCaller } from './auth.ts';
import { changeAnswer } from './faults/change-answer.ts';
import { fillResting, namedOrders } from './faults/fill-in-flight.ts';
import { type TakenFaults, takeFaults } from './faults/take-faults.ts';
import { type ExchangeRequest, type ExchangeResponse, pathOf, type Reply } from './messages.ts';
import type { WriteRecord } from './records.ts';
import { isRefusal } from './refusal.ts';
import { headersAt, respond } from './rest/respond.ts';
import { type AdmittedRequest, admit, carryOut, isCached, isWrite } from './rest/router.ts';
import type { World } from './world.ts';

/** One request from the network through the armed faults to the answer, noting writes in the log. */
export function processRequest(world: World, request: ExchangeRequest, at: number): Reply {
  const faults = takeFaults(world, request);
  const write = isWrite(request) ? noteWrite(world, request, faults.delayMs, at) : null;
  const { decisive, delayMs } = faults;

  if (decisive?.kind === 'dropRequest') return dropped(write, delayMs);
  if (decisive?.kind === 'carryOutLate') {
    postpone(world, request, write, at, at + decisive.afterMs);
    return dropped(write, delayMs);
  }
  if (decisive?.kind === 'refuse') {
    if (decisive.carryOut) serve(world, request, faults.others, write, at);
    if (write) write.answer = 'replaced';
    const { status, body, headers } = decisive;
    return answered({ status, body, headers: { ...headersAt(world, at), ...headers } }, delayMs);
  }
  const response = serve(world, request, faults.others, write, at);
  if (decisive?.kind === 'dropAnswer') return dropped(write, delayMs);
  return answered(response, delayMs);
}

/** Carries out a request that the network held back: it was admitted when it arrived. */
export function processLate(
  world: World,
  admitted: AdmittedRequest,
  writeIndex: number | null,
  at: number,
): void {
  const response = respond(world, carryOut(world, admitted, at), at);
  if (writeIndex !== null) noteOutcome(world.writes[writeIndex]!, response, at);
}

const answered = (response: ExchangeResponse, delayMs: number): Reply => ({
  kind: 'answer',
  response,
  delayMs,
});

function dropped(write: WriteRecord | null, delayMs: number): Reply {
  if (write) write.answer = 'dropped';
  return { kind: 'dropped', delayMs };
}

function serve(
  world: World,
  request: ExchangeRequest,
  faults: TakenFaults['others'],
  write: WriteRecord | null,
  at: number,
): ExchangeResponse {
  const admitted = admit(world, request, at);
  if (isRefusal(admitted)) {
    const response = respond(world, admitted, at);
    if (write) noteOutcome(write, response, at);
    return response;
  }
  for (const fault of faults)
    if (fault.kind === 'fillInFlight')
      for (const orderId of namedOrders(request.target, request.body))
        fillResting(world, orderId, fault.count, at);
  const first = answerTo(world, admitted, at);
  if (write) noteOutcome(write, first, at);
  const last = faults.some(({ kind }) => kind === 'repeat') ? answerTo(world, admitted, at) : first;
  const changed = changeAnswer(world, last, admitted.caller, faults);
  if (write && changed !== first) write.answer = 'replaced';
  return changed;
}

const answerTo = (world: World, admitted: AdmittedRequest, at: number): ExchangeResponse =>
  isCached(admitted.request)
    ? fromCache(world, admitted, at)
    : respond(world, carryOut(world, admitted, at), at);

function fromCache(world: World, admitted: AdmittedRequest, at: number): ExchangeResponse {
  const { marketCacheMs } = world.settings;
  if (marketCacheMs === 0) return respond(world, carryOut(world, admitted, at), at);
  const { target } = admitted.request;
  for (const [key, entry] of Object.entries(world.cache)) if (entry.until <= at) delete world.cache[key];
  const known = world.cache[target];
  const headers = {
    ...headersAt(world, at),
    'cache-control': `public, max-age=${Math.ceil(marketCacheMs / 1000)}`,
    age: String(known ? Math.floor((at - known.at) / 1000) : 0),
  };
  if (known) return { status: known.status, headers, body: known.body };
  const { status, body } = respond(world, carryOut(world, admitted, at), at);
  world.cache[target] = { until: at + marketCacheMs, at, status, body };
  return { status, headers, body };
}

function postpone(
  world: World,
  request: ExchangeRequest,
  write: WriteRecord | null,
  at: number,
  dueAt: number,
): void {
  const admitted = admit(world, request, at);
  if (isRefusal(admitted)) {
    if (write) noteOutcome(write, respond(world, admitted, at), at);
    return;
  }
  if (write) write.outcome = 'pending';
  const writeIndex = write && world.writes.indexOf(write);
  world.tasks.push({ kind: 'request', at: dueAt, admitted, writeIndex });
}

function noteWrite(world: World, request: ExchangeRequest, delayMs: number, at: number): WriteRecord {
  const write: WriteRecord = {
    at,
    account: namedCaller(world, request)?.account ?? null,
    method: request.method,
    path: pathOf(request.target),
    body: request.body,
    clientIds: [...request.body.matchAll(/"client_order_id"\s*:\s*"([^"]*)"/g)].map((match) => match[1]!),
    outcome: 'not_carried_out',
    status: null,
    code: null,
    orderIds: [],
    carriedOutAt: null,
    answer: 'sent',
    delayMs,
  };
  world.writes.push(write);
  return write;
}

function noteOutcome(write: WriteRecord, response: ExchangeResponse, at: number): void {
  const body = JSON.parse(response.body) as { error?: { code?: string } | string; code?: string };
  const { error } = body;
  write.code = (typeof error === 'object' ? error.code : error) ?? body.code ?? null;
  write.outcome = response.status < 300 && write.code === null ? 'accepted' : 'refused';
  write.status = response.status;
  write.orderIds = [...response.body.matchAll(/"order_id":"([^"]+)"/g)].map((match) => match[1]!);
  write.carriedOutAt = at;
}
