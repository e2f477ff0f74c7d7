/** What can go wrong at the edge between the daemon and the world, and where. */

export type CallKind =
  | 'commit'
  | 'renew'
  | 'place'
  | 'cancel'
  | 'findOrder'
  | 'account'
  | 'books'
  | 'markets'
  | 'timer';

/** One call of a life over the edge, numbered from 0 within that life. */
export interface Call {
  life: number;
  index: number;
  kind: CallKind;
  about: string;
}

export type Fault =
  /** The process dies: before the call leaves, or after it was carried out and before its answer is seen. */
  | { kind: 'crash'; when: 'before' | 'after'; restartMs: number }
  /** The process dies with the request under way: it lands `landMs` later. */
  | { kind: 'crash in flight'; landMs: number; restartMs: number }
  /** The call is carried out, now or `landMs` later, and nobody hears of it. */
  | { kind: 'answer lost'; landMs: number }
  /** The database fails once, before or after it has committed. */
  | { kind: 'store error'; when: 'before' | 'after' }
  /** The process stands still for a while. */
  | { kind: 'freeze'; when: 'before' | 'after'; ms: number };

/** Asked at every call; null: nothing happens. */
export type FaultPlan = (call: Call) => Fault | null;

/** What is called, without its numbers: two walks are of one kind, a walk and a market order are not. */
export const kindOfCall = ({ kind, about }: Call): string => `${kind} ${about.replace(/[\d.]+/g, '#')}`;

export const noFaults: FaultPlan = () => null;

/** One fault at one call; timers are numbered on their own. */
export const faultAt =
  (life: number, index: number, fault: Fault, atTimer = false): FaultPlan =>
  (call) =>
    call.life === life && call.index === index && (call.kind === 'timer') === atTimer ? fault : null;

/** Both plans; the first one wins. */
export const bothPlans =
  (a: FaultPlan, b: FaultPlan): FaultPlan =>
  (call) =>
    a(call) ?? b(call);

export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'crash':
      return `crash ${fault.when}, restart in ${fault.restartMs / 1000} s`;
    case 'crash in flight':
      return `crash, lands ${fault.landMs / 1000} s later, restart in ${fault.restartMs / 1000} s`;
    case 'answer lost':
      return fault.landMs === 0 ? 'answer lost' : `answer lost, lands ${fault.landMs / 1000} s later`;
    case 'store error':
      return `database error ${fault.when}`;
    case 'freeze':
      return `freeze of ${fault.ms / 1000} s ${fault.when}`;
  }
}
