/** What our orders say by their names alone. */
import type { OrderTruth } from '../../../src/exchange/exchange.ts';
import { INSTANCE } from '../life.ts';

export const isOurs = ({ clientId }: Pick<OrderTruth, 'clientId'>): boolean =>
  clientId?.startsWith(`p${INSTANCE}-`) === true;

/** An order that buys for an edge. */
export const buys = (clientId: string): boolean => /n1-1$/.test(clientId);
