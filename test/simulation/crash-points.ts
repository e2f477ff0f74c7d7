import { type Call, describeFault, type Fault, kindOfCall } from './faults.ts';
import { LONGER_THAN_ANY_STEP_MS } from './scenarios.ts';

/** One place at which a life can be cut, and one way of cutting it there. */
export interface CrashPoint {
  call: Call;
  fault: Fault;
  /** Reads of orders lag behind by so much (ms). */
  readLagMs: number;
}

const RESTARTS_MS = [0, LONGER_THAN_ANY_STEP_MS];
/** A request that was under way lands this long after the restart (ms). */
const LATE_MS = 2_500;
const READ_LAG_MS = 4_000;

const crash = (when: 'before' | 'after', restartMs: number): Fault => ({ kind: 'crash', when, restartMs });

/**
 * Everything that can go wrong at one call. A write is cut before and after, with each restart; a request to trade
 * also on its way, landing after the restart, and with its answer lost. A read, or a renewal of the lease, changes
 * nothing, so that before and after it differ in nothing but time: each gets one of the restarts.
 */
function faultsAt(call: Call): { fault: Fault; readLagMs?: number }[] {
  const everyWay = RESTARTS_MS.flatMap((ms) => [crash('before', ms), crash('after', ms)]).map((fault) => ({
    fault,
  }));
  switch (call.kind) {
    case 'commit':
      return everyWay;
    case 'place':
      return [
        ...everyWay,
        ...RESTARTS_MS.map((ms) => ({ fault: crash('after', ms), readLagMs: READ_LAG_MS })),
        ...underWay(),
        { fault: { kind: 'answer lost', landMs: LATE_MS }, readLagMs: READ_LAG_MS },
      ];
    case 'cancel':
      return [...everyWay, ...underWay()];
    case 'renew':
      return [{ fault: crash('before', RESTARTS_MS[1]!) }, { fault: crash('after', RESTARTS_MS[0]!) }];
    default:
      return [
        { fault: crash('before', RESTARTS_MS[0]!) },
        { fault: crash('after', RESTARTS_MS[1]!) },
        { fault: { kind: 'answer lost', landMs: 0 } },
      ];
  }
}

const underWay = (): { fault: Fault }[] => [
  ...RESTARTS_MS.map((restartMs): { fault: Fault } => ({
    fault: { kind: 'crash in flight', landMs: restartMs + LATE_MS, restartMs },
  })),
  { fault: { kind: 'answer lost', landMs: 0 } },
  { fault: { kind: 'answer lost', landMs: LATE_MS } },
];

/** Every crash point of a life that made these calls. */
export const crashPointsOf = (calls: readonly Call[]): CrashPoint[] =>
  calls.flatMap((call) => faultsAt(call).map(({ fault, readLagMs = 0 }) => ({ call, fault, readLagMs })));

/** What a crash point is an example of: of its call cut in this way, and of this fault at such a request. */
export const kindsOf = ({ call, fault, readLagMs }: CrashPoint): string[] => [
  `${kindOfCall(call)} ${wayOf(fault)}`,
  `${call.kind} ${describeFault(fault)} ${readLagMs}`,
];

/** How a life is cut at a call, whatever the restart takes. */
export const wayOf = (fault: Fault): string => `${fault.kind} ${'when' in fault ? fault.when : ''}`;
