import type { Config } from './config/schema.ts';

/**
 * The method of a position in `market` that was adopted without saying so: the first rule whose series or ticker
 * pattern fits, else the default. The series is what stands before the ticker's first "-".
 */
export function methodNameFor(market: string, { rules, method }: Config['adoption']): string {
  const [series] = market.split('-', 1);
  const rule = rules.find((known) =>
    known.series !== undefined ? fits(known.series, series!) : fits(known.ticker!, market),
  );
  return rule?.method ?? method;
}

/** `*` stands for any characters, and for none. */
function fits(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll('.', '\\.'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
