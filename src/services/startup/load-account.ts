import type { AccountHistory } from '../../actors/breakers/breaker-book.ts';
import type { Store } from '../../actors/ports.ts';
import { tradingDay } from '../../domain/trading-day.ts';

/** What is stored of the account as a whole at `now` (ms): breakers, the trading day, and what was closed in it. */
export async function loadAccount(store: Store, now: number, timeZone: string): Promise<AccountHistory> {
  const { day, startsAt, endsAt } = tradingDay(now, timeZone);
  return {
    breakers: await store.breakers(),
    day: await store.accountDay(day),
    closed: await store.closedBetween(startsAt, endsAt),
  };
}
