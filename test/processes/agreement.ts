/** The exchange's books, the ledger and the journal, held against each other. */
import type {
  AttemptRecord,
  DecisionRecord,
  ExitRecord,
  PositionFile,
  Store,
} from '../../src/actors/ports.ts';
import { amount, formatMoney, formatQuantity, ONE_DOLLAR, type Quantity } from '../../src/domain/money.ts';
import { type Position, remaining } from '../../src/domain/position.ts';
import type { AccountTruth, OrderTruth } from '../../src/exchange/exchange.ts';
import { hasPending } from '../../src/services/journal/journal-file.ts';
import { openStore } from '../../src/services/store/open-store.ts';
import { auditBooks } from '../support/kalshi-audit.ts';

/** What the books say once all is over, and where they differ. */
export interface Books {
  differences: string[];
  positions: Position[];
  exits: ExitRecord[];
  attempts: AttemptRecord[];
  /** Fills of our orders at the exchange. */
  fills: number;
}

const CASH = 10_000_000_000;

/** An order that rests offers no more than is held: what is held now is what was held less what was sold. */
export function liveOversold({ orders, positions }: AccountTruth): string[] {
  const offered = new Map<string, number>();
  for (const { status, clientId, ticker, side, remaining } of orders)
    if (status === 'resting' && clientId !== null)
      offered.set(ticker, (offered.get(ticker) ?? 0) + (side === 'ask' ? remaining : -remaining));
  return [...offered].flatMap(([ticker, offer]) => {
    const held = positions[ticker] ?? 0;
    if (Math.sign(offer) === Math.sign(held) && Math.abs(offer) <= Math.abs(held)) return [];
    return [`${ticker}: orders rest for ${offer} while ${held} are held`];
  });
}

export interface BooksOptions {
  /** A server's; undefined: the embedded database of the data folder. */
  url: string | undefined;
  dataDir: string;
  /** Contracts that came into the account, by market. */
  moved: ReadonlyMap<string, Quantity>;
}

/** All of it, once the daemon has stopped. */
export async function compareBooks(
  truth: AccountTruth,
  { url, dataDir, moved }: BooksOptions,
): Promise<Books> {
  const { store, close } = await openStore({ url, dataDir, migrate: false });
  try {
    const prefix = `p${await store.instance()}-`;
    const files = await filesOf(store);
    const orders = truth.orders.filter(({ clientId }) => clientId?.startsWith(prefix));
    const journals = await Promise.all(
      files.map(({ position: { id } }) => store.decisions({ positionId: id, limit: 10_000 })),
    );
    const alerts = await store.alerts({ open: true });
    return {
      differences: [
        ...(await auditBooks(truth, store, prefix)),
        ...compareOrders(orders, files),
        ...compareContracts(truth, moved),
        ...files.flatMap((file, i) => [...compareLot(file), ...compareJournal(file, journals[i]!)]),
        ...compareCash(truth, files),
        ...alerts
          .filter(({ severity }) => severity === 'critical')
          .map(({ kind, text }) => `the alert ${kind} is still open: ${text}`),
        ...(hasPending(dataDir) ? ['the journal file holds what the database may not have'] : []),
      ],
      positions: files.map(({ position }) => position),
      exits: files.flatMap(({ exits }) => exits),
      attempts: files.flatMap(({ attempts }) => attempts),
      fills: truth.fills.filter(({ orderId }) => orders.some(({ id }) => id === orderId)).length,
    };
  } finally {
    await close();
  }
}

async function filesOf(store: Store): Promise<PositionFile[]> {
  const all = [...(await store.positions({ closed: false })), ...(await store.positions({ closed: true }))];
  return Promise.all(all.map(async ({ id }) => (await store.position(id))!));
}

/** Each order of ours at the exchange is one attempt, with as much sold; no attempt has sold without an order. */
function compareOrders(orders: readonly OrderTruth[], files: readonly PositionFile[]): string[] {
  const known = new Map(orders.map((order) => [order.clientId!, order]));
  const attempts = new Map(files.flatMap((file) => file.attempts.map((a) => [a.clientId, a] as const)));
  const doubles = orders.length - known.size;
  return [
    ...(doubles > 0 ? [`${doubles} client ids stand for more than one order`] : []),
    ...orders
      .filter((o) => !attempts.has(o.clientId!))
      .map((o) => `order ${o.clientId} is no attempt of ours`),
    ...[...attempts.values()].flatMap(({ clientId, filled, endedAt, status }) => {
      const sold = known.get(clientId)?.filled ?? 0;
      if (filled !== sold)
        return [
          `attempt ${clientId}: the exchange has sold ${formatQuantity(sold)}, the ledger ${formatQuantity(filled)}`,
        ];
      return endedAt === null ? [`attempt ${clientId} has not ended: ${status}`] : [];
    }),
  ];
}

/** What came in was sold or settled, and nothing else was: nobody but Postern trades in this account. */
function compareContracts({ fills, settlements }: AccountTruth, moved: BooksOptions['moved']): string[] {
  return [...moved].flatMap(([ticker, came]) => {
    const sum = (of: readonly Quantity[]) => of.reduce((total, each) => total + Math.abs(each), 0);
    const sold = sum(fills.filter((fill) => fill.ticker === ticker).map(({ count }) => count));
    const settled = sum(settlements.filter((each) => each.ticker === ticker).map(({ quantity }) => quantity));
    if (sold + settled === came) return [];
    return [`${ticker}: ${came} came in, ${sold} were sold and ${settled} settled`];
  });
}

/** The position's own sums are those of its fills and of its exits, and what is closed holds nothing. */
function compareLot({ position, exits, attempts, fills }: PositionFile): string[] {
  const { id, market, phase, sold, proceeds, fees, settled } = position;
  const sum = <T>(of: readonly T[], pick: (each: T) => number) =>
    of.reduce((total, each) => total + pick(each), 0);
  const sums: [what: string, lot: number, parts: number][] = [
    ['sold by fills', sold, sum(fills, ({ quantity }) => quantity)],
    ['sold by exits', sold, sum(exits, ({ filled }) => filled)],
    ['sold by attempts', sold, sum(attempts, ({ filled }) => filled)],
    ['proceeds of fills', proceeds, sum(fills, ({ price, quantity }) => amount(price, quantity))],
    ['fees of fills', fees, sum(fills, ({ fee }) => fee)],
  ];
  if (position.writtenOff > 0) sums.push(['written off, though nobody sold by hand', 0, position.writtenOff]);
  const wrong = sums.filter(([, lot, parts]) => lot !== parts);
  const left = settled === 0 && phase === 'closed' ? remaining(position) : 0;
  return [
    ...wrong.map(([what, lot, parts]) => `${id} in ${market}, ${what}: ${lot} is ${parts}`),
    ...(left === 0 || position.closeReason === 'settled'
      ? []
      : [`${id} in ${market} is closed with ${left} left`]),
  ];
}

/** Each exit began once and ended once, each order was placed once, and was heard to be over at most once. */
function compareJournal(
  { position, exits, attempts }: PositionFile,
  journal: readonly DecisionRecord[],
): string[] {
  const count = (kind: string, about: (decision: DecisionRecord) => boolean): number =>
    journal.filter((decision) => decision.kind === kind && about(decision)).length;
  const ofExit = exits.flatMap(({ exitId, status }) => {
    const own = ({ exitId: of }: DecisionRecord) => of === exitId;
    return [
      [`${exitId} triggered`, count('exit.triggered', own), 1],
      [`${exitId} ended`, count('exit.ended', own), status === 'working' ? 0 : 1],
    ] as const;
  });
  const ofOrders = attempts.flatMap(({ clientId }) => {
    const own = ({ data }: DecisionRecord) => data.clientId === clientId;
    return [
      [`${clientId} placed`, count('order.placed', own), 1],
      [`${clientId} over`, Math.max(1, count('order.over', own)), 1],
    ] as const;
  });
  return [...ofExit, ...ofOrders]
    .filter(([, times, once]) => times !== once)
    .map(([what, times]) => `the journal of ${position.id} says ${times} times: ${what}`);
}

/** What the exchange's cash went by is what our fills brought, less their fees, and what settlements paid. */
function compareCash({ cash, settlements }: AccountTruth, files: readonly PositionFile[]): string[] {
  const fills = files.flatMap((file) => file.fills);
  const brought = fills.reduce((sum, { price, quantity, fee }) => sum + amount(price, quantity) - fee, 0);
  const paid = settlements.reduce((sum, { revenue }) => sum + revenue, 0);
  const have = Object.values(cash).reduce((sum, each) => sum + each, 0);
  const differs =
    have === CASH + brought + paid
      ? []
      : [`cash: the exchange has $${formatMoney(have)}, the books $${formatMoney(CASH + brought + paid)}`];
  return [...differs, ...settlements.flatMap((settlement) => compareSettlement(settlement, files))];
}

/** One whose holding was never adopted, because it was settled within seconds, is nobody's. */
function compareSettlement(
  { ticker, revenue, value, quantity, at }: AccountTruth['settlements'][number],
  files: readonly PositionFile[],
): string[] {
  const lots = files
    .map(({ position }) => position)
    .filter(({ market, closedAt }) => market === ticker && (closedAt ?? at) >= at);
  if (lots.length === 0 || quantity === 0) return [];
  const settled = lots.reduce((sum, lot) => sum + lot.settled, 0);
  return settled === revenue
    ? []
    : [
        `${ticker} settled at ${value} of ${ONE_DOLLAR}: the exchange paid $${formatMoney(revenue)}, the lots have $${formatMoney(settled)}`,
      ];
}
