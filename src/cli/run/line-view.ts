import type { DecisionRecord } from '../../actors/ports.ts';
import type { PositionDetail, PositionView } from '../../services/operations/operations.ts';
import { describeEvent, isClosing, stampEvent } from '../event-line.ts';
import { countOf, showLot, showMoney, showPrice, showQuantity } from '../format.ts';
import { plainPaint } from '../paint.ts';
import { renderPositions } from '../positions-table.ts';
import { closedPosition, openPositions, type RunningDaemon, type RunView } from './run-view.ts';

/** One line for each event, for files and pipes: no colours, no cursor. */
export class LineView implements RunView {
  readonly #print: (line: string) => void;
  readonly #lots = new Map<string, string>();
  readonly #closed: PositionView[] = [];
  #daemon: RunningDaemon | null = null;
  /** Lines that have to ask something come in the order of their events all the same. */
  #last: Promise<void> = Promise.resolve();

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
      const { positionId, at } = decision;
      const lot = positionId === null ? null : await this.#lotOf(positionId);
      this.#tell(at, describeEvent(decision, lot));
      if (positionId !== null && isClosing(decision)) await this.#tellClosing(positionId, at);
    });
  }

  restore(): void {}

  async end(): Promise<void> {
    await this.#last;
    const positions = [...(await openPositions(this.#daemon)), ...this.#closed];
    if (positions.length === 0) return;
    for (const line of renderPositions(positions, { width: null, paint: plainPaint })) this.#print(line);
  }

  #queue(work: () => Promise<void>): void {
    this.#last = this.#last.then(work).catch(() => {});
  }

  #tell(at: number, text: string): void {
    this.#print(stampEvent(at, text, { date: true }));
  }

  async #tellClosing(id: string, at: number): Promise<void> {
    const position = this.#daemon && (await closedPosition(this.#daemon, id));
    if (!position) return;
    this.#closed.push(position);
    this.#tell(at, summarizePosition(position));
  }

  async #lotOf(id: string): Promise<string> {
    if (!this.#lots.has(id)) await this.#learnLots();
    return this.#lots.get(id) ?? id;
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
