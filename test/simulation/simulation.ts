import type { OrderRequest, PositionFile } from '../../src/actors/ports.ts';
import { formatMoney } from '../../src/domain/money.ts';
import { realizedPnl } from '../../src/domain/pnl.ts';
import { NOON } from '../support/domain-builders.ts';
import type { Call, FaultPlan } from './faults.ts';
import { Life } from './life.ts';
import type { Scenario, Variant } from './scenario.ts';
import { POSITION, World } from './world.ts';

export interface Outcome {
  /** The first thing that went wrong; null: nothing did. */
  violation: string | null;
  /** Every call over the edge, in order. */
  calls: Call[];
  lives: number;
  /** Virtual time until the position was closed (ms). */
  closedAfterMs: number | null;
  trace: string[];
}

/** Long after every script has come to its liquid end. */
const LONGEST_MS = 3_600_000;
/** What comes after the close: a reconcile, and whatever still lands. */
const AFTERMATH_MS = 5_000;
const MOST_LIVES = 40;
/** What a life may take before a failed position is heard of (ms). */
const SILENCE_MS = 6_000;

/** Runs one scenario under a plan of faults until the position is closed and what follows has settled. */
export async function simulate(
  scenario: Scenario,
  variant: Variant,
  plan: FaultPlan,
  options: { readLagMs?: number; stray?: OrderRequest } = {},
): Promise<Outcome> {
  const simulation = new Simulation(scenario, variant, plan);
  simulation.world.readLagMs = options.readLagMs ?? 0;
  simulation.world.stray = options.stray ?? null;
  return simulation.run();
}

class Simulation {
  readonly world: World;
  readonly #calls: Call[] = [];
  #lives = 0;
  #life: Life | null = null;
  #timers = 0;
  #closedAt: number | null = null;
  /** Since when the stored position is failed without an alert (ms). */
  #silentSince: number | null = null;

  constructor(scenario: Scenario, variant: Variant, plan: FaultPlan) {
    this.world = new World(scenario, variant, plan);
    this.world.met = (call) => this.#calls.push(call);
  }

  async run(): Promise<Outcome> {
    const { world } = this;
    await world.open();
    this.#begin();
    while (world.violation === null && !this.#isOver()) await this.#turn();
    if (world.violation === null) await this.#checkEnd();
    this.#life?.die(0);
    return {
      violation: world.violation,
      calls: this.#calls,
      lives: this.#lives,
      closedAfterMs: this.#closedAt === null ? null : this.#closedAt - NOON,
      trace: world.trace,
    };
  }

  #begin(): void {
    const { world } = this;
    if (this.#lives >= MOST_LIVES) return world.violate(`${MOST_LIVES} lives were not enough`);
    const life = new Life(this.#lives++, world, (restartMs) => world.after(restartMs, () => this.#begin()));
    this.#life = life;
    life.start().catch((error: unknown) => world.violate(`the start failed: ${String(error)}`));
  }

  /** The next book, or the next timer before it. At equal times the book comes first. */
  async #turn(): Promise<void> {
    const { world } = this;
    const { clock } = world;
    const next = clock.nextDeadline();
    if (next === null || next >= world.nextGroupAt) {
      if (clock.now() < world.nextGroupAt) clock.moveTo(world.nextGroupAt);
      await world.showBooks(clock.now());
    } else {
      const fault = world.plan({ life: this.#life!.number, index: this.#timers++, kind: 'timer', about: '' });
      if (fault?.kind === 'freeze') await world.freeze(fault.ms);
      clock.fireNext(next);
    }
    await settle();
    this.#checkFailureIsLoud();
  }

  /** `failed` is never silent (SPEC 6): whatever crashed, an alert says so soon after. */
  #checkFailureIsLoud(): void {
    const { audit, clock } = this.world;
    const isLoud = audit.position?.phase !== 'failed' || audit.openAlerts.has('exit_failed');
    if (isLoud || !this.#life?.alive) this.#silentSince = null;
    else this.#silentSince ??= clock.now();
    if (this.#silentSince !== null && clock.now() - this.#silentSince > SILENCE_MS)
      this.world.violate('the position is failed and no alert says so');
  }

  #isOver(): boolean {
    const { world } = this;
    const now = world.clock.now();
    if (world.isClosed) this.#closedAt ??= now;
    if (this.#closedAt === null) {
      if (now - NOON > LONGEST_MS) world.violate('the position never closed');
      return false;
    }
    return now > Math.max(this.#closedAt, world.lastLandingAt) + AFTERMATH_MS;
  }

  /** Everything sold, each fill once, nothing left over (SPEC 8). */
  async #checkEnd(): Promise<void> {
    const { world } = this;
    const file = (await world.store.position(POSITION))!;
    for (const problem of problemsOf(file, world)) world.violate(problem);
    for (const alert of await world.store.alerts({ open: true }))
      world.violate(`alert ${alert.kind} is still open: ${alert.text}`);
  }
}

function problemsOf({ position, exits, attempts, fills }: PositionFile, world: World): string[] {
  const { truth, held, cost } = world;
  const problems: string[] = [];
  const expect = (what: string, actual: unknown, wanted: unknown): void => {
    if (actual !== wanted) problems.push(`${what}: ${actual}, not ${wanted}`);
  };
  const actual = truth.fills();
  const cash = actual.reduce((sum, fill) => sum + fill.price * fill.quantity - fill.fee, 0);
  expect('sold at the exchange', truth.sold(), held);
  expect('orders left at the exchange', truth.resting().length, 0);
  expect(
    'fills in the ledger',
    fills
      .map((f) => f.fillId)
      .sort()
      .join(),
    actual
      .map((f) => f.fillId)
      .sort()
      .join(),
  );
  expect(
    'contracts in the ledger',
    total(fills, (f) => f.quantity),
    held,
  );
  expect('phase', position.phase, 'closed');
  expect('close reason', position.closeReason, 'sold');
  expect('sold', position.sold, held);
  expect('P&L', formatMoney(realizedPnl(position)), formatMoney(cash - cost));
  expect(
    'sold by exits',
    total(exits, (e) => e.filled),
    held,
  );
  expect(
    'net of exits',
    total(exits, (e) => e.proceeds - e.fees),
    cash,
  );
  expect(
    'sold by attempts',
    total(attempts, (a) => a.filled),
    held,
  );
  expect('exits not over', exits.filter((e) => e.endedAt === null).length, 0);
  expect('attempts not over', attempts.filter((a) => a.endedAt === null).length, 0);
  for (const { clientId } of actual)
    if (!attempts.some((a) => a.clientId === clientId)) problems.push(`order ${clientId} has no attempt`);
  return problems;
}

const total = <T>(rows: readonly T[], pick: (row: T) => number): number =>
  rows.reduce((sum, row) => sum + pick(row), 0);

/** All promises that depend on no timer have run after one turn of the event loop. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
