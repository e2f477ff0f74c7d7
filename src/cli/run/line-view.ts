import type { DecisionRecord } from '../../actors/ports.ts';
import type { PositionDetail, PositionView } from '../../services/operations/operations.ts';
import { describeEvent, isClosing, stampEvent } from '../event-line.ts';
import { countOf, showLot, showMoney, showPrice, showQuantity } from '../format.ts';
import { plainPaint } from '../paint.ts';
import { renderPositions } from '../positions-table.ts';
import { LastClosed, MOST_CLOSED } from './last-closed.ts';
import { closedPosition, openPositions, type RunningDaemon, type RunView } from './run-view.ts';

/** One line for each event, for files and pipes: no colours, no cursor. */
export class LineView implements RunView {
  readonly #print: (line: string) => void;
  readonly #lots = new Map<string, string>();
  readonly #closed = new LastClosed();
  /** Closings that are not summed up yet. */
  #closing = 0;
  #daemon: RunningDaemon | null = null;
  /** Lines that have to ask something come in the order of their events all the same. */
  #last: Promise<void> = Promise.resolve();
  /** The store may be long in saying how one closed: other lines don't wait for it. */
  #lastClosing: Promise<void> = Promise.resolve();

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  begin(daemon: RunningDaemon): void {
    this.#daemon = daemon;
    this.#queue(async () => {
      const positions = await this.#learnLots();
      this.#tell(daemon.clock.now(), `watching ${countOf(positions.length, 'position')}: ${daemon.url}/`);
    });
  }

  note(decision: DecisionRecord): void {
    this.#queue(async () => {
      const { positionId, at, kind, data } = decision;
      if (kind === 'position.adopted') this.#learnLot(positionId, data);
      const lot = positionId === null ? null : await this.#lotOf(positionId);
      this.#tell(at, describeEvent(decision, lot));
      if (positionId !== null && isClosing(decision)) this.#sumUp(positionId, at);
    });
  }

  restore(): void {}

  async end(): Promise<void> {
    await this.#last;
    await this.#lastClosing;
    const positions = [...(await openPositions(this.#daemon)), ...this.#closed.list()];
    if (positions.length === 0) return;
    for (const line of renderPositions(positions, { width: null, paint: plainPaint })) this.#print(line);
    const { count, realized } = this.#closed.earlier;
    if (count > 0)
      this.#print(`and ${countOf(count, 'position')} that closed before, realized ${showMoney(realized)}`);
  }

  #queue(work: () => Promise<void>): void {
    this.#last = this.#last.then(work).catch(() => {});
  }

  #tell(at: number, text: string): void {
    this.#print(stampEvent(at, text, { date: true }));
  }

  /** While too many wait for the store, a closing is told by its line in the journal alone. */
  #sumUp(id: string, at: number): void {
    if (this.#closing >= MOST_CLOSED) return void this.#lots.delete(id);
    this.#closing += 1;
    this.#lastClosing = this.#lastClosing
      .then(() => this.#tellClosing(id, at))
      .catch(() => {})
      .finally(() => {
        this.#closing -= 1;
      });
  }

  async #tellClosing(id: string, at: number): Promise<void> {
    const position = this.#daemon && (await closedPosition(this.#daemon, id));
    if (!position) return void this.#lots.delete(id);
    const forgotten = this.#closed.add(position);
    if (forgotten !== null) this.#lots.delete(forgotten.id);
    this.#tell(at, summarizePosition(position));
  }

  async #lotOf(id: string): Promise<string> {
    if (!this.#lots.has(id)) await this.#learnLots();
    return this.#lots.get(id) ?? id;
  }

  #learnLot(id: string | null, { side, market }: DecisionRecord['data']): void {
    if (id !== null && typeof side === 'string' && typeof market === 'string')
      this.#lots.set(id, `${id} ${showLot({ side, market })}`);
  }

  async #learnLots(): Promise<PositionView[]> {
    const positions = await openPositions(this.#daemon);
    for (const position of positions) this.#lots.set(position.id, `${position.id} ${showLot(position)}`);
    return positions;
  }
}

/** `a1b2c3 YES DEMO-1  is closed: 100 bought at $0.60, stop_loss sold 100 at $0.51, realized −$10.75` */
export function summarizePosition(position: PositionDetail): string {
  const { id, quantity, entry_price, realized_pnl, exits } = position;
  const sales = exits
    .filter(({ filled }) => Number(filled) > 0)
    .map(
      ({ reason, filled, average_price }) =>
        `${reason} sold ${showQuantity(filled)} at ${showPrice(average_price)}`,
    );
  const story = [`${showQuantity(quantity)} bought at ${showPrice(entry_price)}`, ...sales];
  return `${id} ${showLot(position)}  is closed: ${story.join(', ')}, realized ${showMoney(realized_pnl)}`;
}
