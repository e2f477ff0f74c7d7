import type { FlattenedPosition } from '../../src/services/operations/account-operations.ts';
import { moneyText } from '../parts/amounts.tsx';

export interface FlattenTotals {
  /** Positions that would be sold. */
  sells: number;
  /** Of these at the last bids, exact ($); those without a bid are not in it. */
  worth: string;
  withoutBid: number;
  /** Positions that have nothing to sell. */
  left: number;
}

const MICROS = 1_000_000n;

export function totalsOf(positions: readonly FlattenedPosition[]): FlattenTotals {
  const sold = positions.filter(({ result }) => result === 'would_sell' || result === 'selling');
  const known = sold.flatMap(({ worth }) => (worth === null ? [] : [microsOf(worth)]));
  const sum = known.reduce((total, one) => total + one, 0n);
  return {
    sells: sold.length,
    worth: `${sum / MICROS}.${String(sum % MICROS).padStart(6, '0')}`,
    withoutBid: sold.length - known.length,
    left: positions.length - sold.length,
  };
}

export function describeTotals({ sells, worth, withoutBid, left }: FlattenTotals): string {
  const nothing = left === 0 ? '' : `; ${left} ${left === 1 ? 'has' : 'have'} nothing to sell`;
  if (sells === 0) return `nothing would be sold${nothing}`;
  const positions = `${sells} ${sells === 1 ? 'position' : 'positions'}`;
  if (withoutBid === sells) return `${positions}, without a bid${nothing}`;
  if (withoutBid === 0) return `${positions}, worth ${moneyText(worth)} at the last bids${nothing}`;
  return `${positions}: ${sells - withoutBid} worth ${moneyText(worth)} at the last bids, ${withoutBid} without a bid${nothing}`;
}

/** `56.000000` → 56000000; worth is never negative. */
function microsOf(money: string): bigint {
  const [whole = '0', decimals = ''] = money.split('.');
  return BigInt(whole) * MICROS + BigInt(decimals.padEnd(6, '0').slice(0, 6));
}
