import type { PaperHolding, PaperMarket, PaperOrder } from './paper-store.ts';

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Oldest first; by client id where two came at once. */
export const byCreation = (a: PaperOrder, b: PaperOrder): number =>
  a.createdAt - b.createdAt || compareText(a.clientId, b.clientId);

export const byMarketAndSide = (a: PaperHolding, b: PaperHolding): number =>
  compareText(a.market, b.market) || compareText(a.side, b.side);

export const byMarket = (a: PaperMarket, b: PaperMarket): number => compareText(a.market, b.market);
