import type { ActResult, ErrorBody, FaultAction } from '../actions.ts';
import type { FaultEffect, Matcher } from '../faults/armed-fault.ts';
import { armFault } from '../faults/take-faults.ts';
import type { World } from '../world.ts';

const CANCELS: Matcher = { method: 'DELETE', path: '/portfolio/events/orders/' };
const CANCELS_AND_AMENDS: Matcher = { path: '/portfolio/events/orders/[^?]' };

/** Arms a fault, or disarms some. */
export function performFault(world: World, action: FaultAction): ActResult {
  if (action.type === 'fault.clear') {
    world.faults = world.faults.filter(({ id }) => action.faultId !== undefined && id !== action.faultId);
    return {};
  }
  const { match, effect } = faultOf(action);
  return { faultId: armFault(world, match, effect) };
}

function faultOf(action: Exclude<FaultAction, { type: 'fault.clear' }>): {
  match: Matcher;
  effect: FaultEffect;
} {
  switch (action.type) {
    case 'fault.refuse': {
      const { match, status, error, headers = {}, carryOut = false } = action;
      return { match, effect: { kind: 'refuse', status, body: bodyOf(error), headers, carryOut } };
    }
    case 'fault.rateLimit': {
      const body = bodyOf({ envelope: 'text', message: 'too many requests' });
      return {
        match: action.match,
        effect: { kind: 'refuse', status: 429, body, headers: {}, carryOut: false },
      };
    }
    case 'fault.html': {
      const { match, status, carryOut = false } = action;
      const body = `<html><head><title>${status}</title></head><body><h1>${status} ERROR</h1></body></html>`;
      const headers = { 'content-type': 'text/html', server: 'CloudFront' };
      return { match, effect: { kind: 'refuse', status, body, headers, carryOut } };
    }
    case 'fault.delay':
      return { match: action.match, effect: { kind: 'delay', delayMs: action.delayMs } };
    case 'fault.dropAnswer':
      return { match: action.match, effect: { kind: 'dropAnswer' } };
    case 'fault.dropRequest':
      return { match: action.match, effect: { kind: 'dropRequest' } };
    case 'fault.carryOutLate':
      return { match: action.match, effect: { kind: 'carryOutLate', afterMs: action.afterMs } };
    case 'fault.trimAnswer':
      return { match: action.match, effect: { kind: 'trimAnswer', fields: action.fields } };
    case 'fault.repeat':
      return { match: action.match, effect: { kind: 'repeat' } };
    case 'fault.wobble':
      return { match: { ...CANCELS_AND_AMENDS, ...action.match }, effect: { kind: 'wobble' } };
    case 'fault.fillInFlight': {
      const { match, count = null } = action;
      return { match: { ...CANCELS, ...match }, effect: { kind: 'fillInFlight', count } };
    }
    case 'fault.hideOrder': {
      const { orderId = '[^/?]+', account, times = 1 } = action;
      const match: Matcher = { method: 'GET', path: `/portfolio/orders/${orderId}(\\?|$)`, times };
      if (account !== undefined) match.account = account;
      const body = bodyOf({ envelope: 'nested', code: 'not_found', message: 'order not found' });
      return { match, effect: { kind: 'refuse', status: 404, body, headers: {}, carryOut: false } };
    }
  }
}

function bodyOf(error: ErrorBody): string {
  switch (error.envelope) {
    case 'nested': {
      const { envelope: _, ...fields } = error;
      return JSON.stringify({ error: fields });
    }
    case 'flat': {
      const { envelope: _, ...fields } = error;
      return JSON.stringify(fields);
    }
    case 'text':
      return JSON.stringify({ error: error.message });
    case 'empty':
      return '';
    case 'raw':
      return error.body;
  }
}
