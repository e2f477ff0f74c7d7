/** One condition's answer as the journal keeps it: decimal strings (`describeVerdict`). */
export interface JournaledVerdict {
  condition: string;
  priority: string;
  status: string;
  unit: string;
  value: string | null;
  threshold: string | null;
  note: string | null;
}

const COMPARISONS: Readonly<Record<string, readonly [what: string, sign: string]>> = {
  stop_loss: ['P&L', '<='],
  circuit_breaker: ["today's P&L", '<='],
  trailing_stop: ['mark', '<='],
  time_based_urgent: ['time left', '<'],
  liquidity_dried_up: ['spread', '>'],
  profit_target: ['P&L', '>='],
  partial_exit_target: ['P&L', '>='],
  early_exit: ['edge', '<'],
  edge_disappeared: ['edge', '<'],
  rebalance: ['lead', '>='],
};

/** The verdicts of an evaluation from the journal; none when there is no evaluation. */
export const verdictsOf = (evaluation: Record<string, unknown> | null): JournaledVerdict[] =>
  Array.isArray(evaluation?.conditions) ? (evaluation.conditions as JournaledVerdict[]) : [];

/** "P&L -15.20 % <= -15.00 %", or what else the condition says of itself. */
export function describeComparison(verdict: JournaledVerdict): string {
  const { condition, unit, value, threshold, note } = verdict;
  const [what, sign] =
    condition === 'liquidity_dried_up' && unit === 'quantity'
      ? ['24 h volume', '<']
      : (COMPARISONS[condition] ?? ['', '']);
  if (value === null || threshold === null) return note ?? 'it holds';
  return `${what} ${inWords(unit, value)} ${sign} ${inWords(unit, threshold)}`;
}

/** "-0.152000" → "-15.20 %", "299000" ms → "299 s", money with two decimals; prices and quantities as they are. */
function inWords(unit: string, text: string): string {
  if (unit === 'fraction') return `${(Number(text) * 100).toFixed(2)} %`;
  if (unit === 'ms') return `${Math.floor(Number(text) / 1000)} s`;
  if (unit === 'money') return `$${Number(text).toFixed(2)}`;
  return text;
}
