import type { PositionView } from '../../src/services/operations/operations.ts';

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
