import type { PositionView } from '../../src/services/operations/operations.ts';

/** What the daemon says of the next step, apart from when: that counts down beside it. */
export function nextStepText(next: string | null): string {
  if (next === null) return '–';
  const apart = next.replace(/,? (?:in \d+ s|now)$/, '');
  return apart.charAt(0).toUpperCase() + apart.slice(1);
}

/**
 * When the next step is due (ISO 8601): the step's deadline, or where only a wait is under way the moment that the
 * words named when they were said. Null: nothing counts down.
 */
export function dueOf({ exit, state }: PositionView, saidAt: number): string | null {
  if (exit === null || state === 'failed') return null;
  if (exit.deadline !== null) return exit.deadline;
  const left = exit.next?.match(/ in (\d+) s$/)?.[1];
  return left === undefined ? null : new Date(saidAt + Number(left) * 1_000).toISOString();
}

/** Where the exit stands: `walk 2`, `market, repeat 1`. */
export function stepText({ step, walks, repeats }: NonNullable<PositionView['exit']>): string {
  if (step === 'walk') return `walk ${walks + 1}`;
  return step === 'market' && repeats > 0 ? `market, repeat ${repeats}` : step;
}

/** The verdict in parts: what it does first. Times become those of the reader; what is shown live beside it is left out. */
export function verdictParts(verdict: string, clock: (at: Date) => string): [string, ...string[]] {
  const [first = '', ...more] = verdict
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (at) => clock(new Date(at)))
    .replace(/(?<![$\d.])(?=\d\.\d{4}(?!\d))/g, '$$')
    .replace(/(\$\d+\.\d\d\d*?)0+(?!\d)/g, '$1')
    .replaceAll('<=', '≤')
    .replaceAll('>=', '≥')
    .replace(/(^|[^\w.])-(?=[\d$])/g, '$1−')
    .split('; ');
  const next = more.findIndex((part) => part.startsWith('next:'));
  const rest = (next === -1 ? more : more.slice(0, next)).filter((part) => !/^sold [\d.]+ of/.test(part));
  return [first.charAt(0).toUpperCase() + first.slice(1), ...rest];
}
