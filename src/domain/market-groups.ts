/** Which markets count together (SPEC 11): by the config's rules, else by event. */

export interface GroupRule {
  name: string;
  /** Patterns of tickers: `*` stands for any characters, and for none. */
  tickers: string[];
}

/** The group a market belongs to: the first rule that fits, else its event, which is the ticker up to its last "-". */
export function marketGroupOf(market: string, rules: readonly GroupRule[]): string {
  const rule = rules.find((known) => fits(known, market));
  return rule?.name ?? eventOf(market);
}

/** The names of all rules that fit, each once, in the order of the rules. */
export const correlatedGroupsOf = (market: string, rules: readonly GroupRule[]): string[] => [
  ...new Set(rules.filter((rule) => fits(rule, market)).map(({ name }) => name)),
];

/** Whether all of `text` fits `pattern`: `*` stands for any characters, and for none; all else for itself. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [start, ...parts] = pattern.split('*');
  const end = parts.pop();
  if (end === undefined) return text === pattern;
  if (!text.startsWith(start!) || !text.endsWith(end)) return false;
  let from = start!.length;
  for (const part of parts) {
    const found = text.indexOf(part, from);
    if (found === -1) return false;
    from = found + part.length;
  }
  return from + end.length <= text.length;
}

const fits = ({ tickers }: GroupRule, market: string): boolean =>
  tickers.some((pattern) => matchesPattern(pattern, market));

function eventOf(market: string): string {
  const dash = market.lastIndexOf('-');
  return dash > 0 ? market.slice(0, dash) : market;
}
