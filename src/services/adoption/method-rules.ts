import { matchesPattern } from '../../domain/market-groups.ts';
import type { Config } from '../config/schema.ts';

/**
 * The method of a position in `market` that was adopted without saying so: the first rule whose series or ticker
 * pattern fits, else the default. The series is what stands before the ticker's first "-".
 */
export function methodNameFor(market: string, { rules, method }: Config['adoption']): string {
  const [series] = market.split('-', 1);
  const rule = rules.find((known) =>
    known.series !== undefined
      ? matchesPattern(known.series, series!)
      : matchesPattern(known.ticker!, market),
  );
  return rule?.method ?? method;
}
