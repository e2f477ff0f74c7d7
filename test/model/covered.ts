/** What of the machines several explorations have walked together. */
import type { TransitionCoverage } from '../support/transition-coverage.ts';
import type { Parts } from './world.ts';

type Report = TransitionCoverage['report'];

export interface MachineCoverage {
  name: string;
  taken: number;
  of: number;
  missing: string[];
}

const KINDS = ['states', 'transitions'] as const;

export class Covered {
  readonly #missing = new Map<string, { of: number; missing: string[] }>();

  add({ positions, orders }: Parts): void {
    this.#note('position machine', positions.machine.coverage.report);
    this.#note('order machine', orders.machine.coverage.report);
  }

  #note(machine: string, report: Report): void {
    for (const kind of KINDS) {
      const { of, missing } = report[kind];
      const name = `${kind} of the ${machine}`;
      const before = this.#missing.get(name)?.missing ?? missing;
      this.#missing.set(name, { of, missing: before.filter((each) => missing.includes(each)) });
    }
  }

  get report(): MachineCoverage[] {
    return [...this.#missing].map(([name, { of, missing }]) => ({
      ...{ name, of, missing },
      taken: of - missing.length,
    }));
  }
}
