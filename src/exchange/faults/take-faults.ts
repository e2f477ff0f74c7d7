import { namedCaller } from '../auth.ts';
import { nextNumber } from '../ids.ts';
import type { ExchangeRequest } from '../messages.ts';
import type { World } from '../world.ts';
import type { ArmedFault, FaultEffect, Matcher } from './armed-fault.ts';

/** What the armed faults do to one request. */
export interface TakenFaults {
  /** The first fault that decides about request and answer. */
  decisive: Extract<FaultEffect, { kind: 'refuse' | 'dropRequest' | 'dropAnswer' | 'carryOutLate' }> | null;
  delayMs: number;
  others: Extract<FaultEffect, { kind: 'trimAnswer' | 'wobble' | 'repeat' | 'fillInFlight' }>[];
}

export function armFault(world: World, match: Matcher, effect: FaultEffect): number {
  const id = nextNumber(world, 'fault');
  const left = match.times === 'always' ? null : (match.times ?? 1);
  world.faults.push({ id, match, skip: match.skip ?? 0, left, effect });
  return id;
}

/** Uses up the faults that meet a request: one that decides, in the order they were armed, and all the others. */
export function takeFaults(world: World, request: ExchangeRequest): TakenFaults {
  const taken: TakenFaults = { decisive: null, delayMs: 0, others: [] };
  for (const fault of [...world.faults]) {
    if (!fits(world, fault.match, request)) continue;
    const { effect } = fault;
    switch (effect.kind) {
      case 'delay':
        if (use(world, fault)) taken.delayMs += effect.delayMs;
        break;
      case 'trimAnswer':
      case 'wobble':
      case 'repeat':
      case 'fillInFlight':
        if (use(world, fault)) taken.others.push(effect);
        break;
      default:
        if (taken.decisive === null && use(world, fault)) taken.decisive = effect;
    }
  }
  return taken;
}

function use(world: World, fault: ArmedFault): boolean {
  if (fault.skip > 0) {
    fault.skip -= 1;
    return false;
  }
  if (fault.left !== null) fault.left -= 1;
  if (fault.left === 0) world.faults.splice(world.faults.indexOf(fault), 1);
  return true;
}

function fits(world: World, match: Matcher, request: ExchangeRequest): boolean {
  return (
    (match.method === undefined || match.method === request.method) &&
    (match.path === undefined || new RegExp(match.path).test(request.target)) &&
    (match.body === undefined || new RegExp(match.body).test(request.body)) &&
    (match.account === undefined || namedCaller(world, request)?.account === match.account)
  );
}
