/** The paper exchange's own books and what the daemon says it did, held against each other. */

import type { FillRecord, PositionFile, VenueFill } from '../../src/actors/ports.ts';
import { restorePosition } from '../../src/actors/watch/restore.ts';
import { amount, formatMoney, parseMoney } from '../../src/domain/money.ts';
import { remaining } from '../../src/domain/position.ts';
import { hasPending } from '../../src/services/journal/journal-file.ts';
import { openStore } from '../../src/services/store/open-store.ts';
import type { PaperWorld } from '../../src/services/venues/paper/paper-store.ts';

/** What `venue.cash` is by default. */
const CASH = parseMoney('10000');

/** How many positions the daemon was given, and how many it may have been given. */
interface Given {
  tracked: number;
  unanswered: number;
}

/** Every difference in words, once the daemon has stopped. */
export async function compareBooks(dataDir: string, given: Given): Promise<string[]> {
  const { store, paper, close } = await openStore({ dataDir, migrate: false });
  try {
    const world = await paper.load();
    const rows = [
      ...(await store.positions({ closed: false })),
      ...(await store.positions({ closed: true })),
    ];
    const files: PositionFile[] = [];
    for (const { id } of rows) files.push(asStarted((await store.position(id))!));
    return [
      ...(hasPending(dataDir) ? ['the journal file holds what the database lacks'] : []),
      ...compareCount(rows.length, given),
      ...files.flatMap(compareLot),
      ...compareFills(world, files),
      ...compareHoldings(world, files, given),
      ...compareCash(world, files),
    ];
  } finally {
    await close();
  }
}

/** As the next start takes it up: a row may be older than what sold while the daemon stopped. */
const asStarted = (file: PositionFile): PositionFile => ({ ...file, position: restorePosition(file) });

const compareCount = (stored: number, { tracked, unanswered }: Given): string[] =>
  stored >= tracked && stored <= tracked + unanswered
    ? []
    : [`${tracked} positions were tracked, ${unanswered} perhaps, and ${stored} are stored`];

/** A lot is the sum of its fills, sells no more than it has, and holds nothing once it is closed. */
function compareLot({ position, fills, attempts }: PositionFile): string[] {
  const { id, phase, quantity, sold, proceeds, fees, writtenOff } = position;
  const left = remaining(position);
  const isWrong: [what: string, isSo: boolean][] = [
    [`has sold ${sold} of ${quantity}`, sold > quantity],
    [`is closed with ${left} left`, phase === 'closed' && left !== 0],
    [`has written ${writtenOff} off, though nobody sold by hand`, writtenOff !== 0],
    ['is not what its fills sold', sold !== sum(fills, (fill) => fill.quantity)],
    ['is not what its orders sold', sold !== sum(attempts, (attempt) => attempt.filled)],
    ['is not what its fills brought', proceeds !== sum(fills, ({ price, quantity: q }) => amount(price, q))],
    ['is not what its fills cost', fees !== sum(fills, (fill) => fill.fee)],
  ];
  return isWrong.flatMap(([what, isSo]) => (isSo ? [`${id} ${what}`] : []));
}

/** Each fill of the exchange once and only once, and no order that still rests. */
function compareFills({ orders }: PaperWorld, files: readonly PositionFile[]): string[] {
  const ledger = new Map<string, FillRecord>();
  const differences: string[] = [];
  for (const fill of files.flatMap(({ fills }) => fills)) {
    if (ledger.has(fill.fillId)) differences.push(`the ledger has fill ${fill.fillId} twice`);
    ledger.set(fill.fillId, fill);
  }
  for (const { clientId, status, fills } of orders) {
    if (status === 'resting') differences.push(`order ${clientId} still rests`);
    for (const fill of fills) {
      const known = ledger.get(fill.fillId);
      const [want, have] = [describeFill(fill, clientId), known && describeFill(known, known.clientId)];
      if (want !== have) differences.push(`fill ${fill.fillId}: ${want}, the ledger says ${have}`);
      ledger.delete(fill.fillId);
    }
  }
  return [...differences, ...[...ledger.keys()].map((id) => `the exchange knows nothing of fill ${id}`)];
}

const describeFill = ({ price, quantity, fee }: VenueFill, clientId: string): string =>
  `${quantity} at ${price} for ${fee} by ${clientId}`;

/**
 * What the exchange holds for us is what is left of the open positions; a request to track one that got no answer may
 * have given it contracts that no position covers.
 */
function compareHoldings(
  { holdings }: PaperWorld,
  files: readonly PositionFile[],
  { unanswered }: Given,
): string[] {
  const excess = new Map<string, number>();
  const add = (market: string, side: string, quantity: number) =>
    excess.set(`${side} ${market}`, (excess.get(`${side} ${market}`) ?? 0) + quantity);
  for (const { market, side, quantity } of holdings) add(market, side, quantity);
  for (const { position } of files) add(position.market, position.side, -remaining(position));
  const lots = [...excess].map(([lot, quantity]) => ({ lot, quantity }));
  const uncovered = lots.filter(({ quantity }) => quantity > 0);
  const wrong = lots.filter(
    ({ quantity }) => quantity < 0 || (quantity > 0 && uncovered.length > unanswered),
  );
  return wrong.map(({ lot, quantity }) => `${lot}: the exchange holds ${quantity} more than the positions`);
}

/** The exchange's cash went by what our fills brought less their fees. */
function compareCash({ cash }: PaperWorld, files: readonly PositionFile[]): string[] {
  const brought = sum(files, ({ position: { proceeds, fees } }) => proceeds - fees);
  return cash === CASH + brought
    ? []
    : [`cash: the exchange has $${formatMoney(cash!)}, the books $${formatMoney(CASH + brought)}`];
}

const sum = <T>(of: readonly T[], pick: (each: T) => number): number =>
  of.reduce((total, each) => total + pick(each), 0);
