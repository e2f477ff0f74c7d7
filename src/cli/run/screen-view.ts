import type { DecisionRecord } from '../../actors/ports.ts';
import type { PositionView } from '../../services/operations/operations.ts';
import { isClosing } from '../event-line.ts';
import type { Paint } from '../paint.ts';
import { renderPositions } from '../positions-table.ts';
import { LastClosed } from './last-closed.ts';
import { renderLive } from './live-screen.ts';
import { closedPosition, openPositions, type RunningDaemon, type RunView } from './run-view.ts';
import { Screen, type Terminal } from './screen.ts';

const REDRAW_MS = 500;
const MOST_EVENTS = 200;

/** A table that is redrawn in place, with alerts and the last events below it, for people on a terminal. */
export class ScreenView implements RunView {
  readonly #terminal: Terminal;
  readonly #paint: Paint;
  readonly #screen: Screen;
  readonly #closed = new LastClosed();
  #events: DecisionRecord[] = [];
  #daemon: RunningDaemon | null = null;
  #timer: NodeJS.Timeout | null = null;
  #drawing = false;

  constructor(terminal: Terminal, paint: Paint) {
    this.#terminal = terminal;
    this.#paint = paint;
    this.#screen = new Screen(terminal);
  }

  begin(daemon: RunningDaemon): void {
    this.#daemon = daemon;
    this.#screen.open();
    this.#timer = setInterval(() => void this.#draw(), REDRAW_MS);
    void this.#draw();
  }

  note(decision: DecisionRecord): void {
    this.#events = [...this.#events.slice(1 - MOST_EVENTS), decision];
    const { positionId } = decision;
    if (positionId !== null && isClosing(decision)) void this.#noteClosing(positionId);
  }

  restore(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#screen.close();
  }

  async end(): Promise<void> {
    this.restore();
    const positions = await this.#positions();
    if (positions.length === 0) return;
    const { columns: width } = this.#terminal;
    this.#terminal.write(`${renderPositions(positions, { width, paint: this.#paint }).join('\n')}\n`);
  }

  async #noteClosing(id: string): Promise<void> {
    const position = this.#daemon && (await closedPosition(this.#daemon, id));
    if (position) this.#closed.add(position);
  }

  async #positions(): Promise<PositionView[]> {
    return [...(await openPositions(this.#daemon)), ...this.#closed.list()];
  }

  async #draw(): Promise<void> {
    const daemon = this.#daemon;
    if (daemon === null || this.#drawing) return;
    this.#drawing = true;
    const positions = await this.#positions();
    const { columns: width, rows: height } = this.#terminal;
    const picture = {
      title: `postern ${daemon.url}/`,
      now: daemon.clock.now(),
      positions,
      earlier: this.#closed.earlier,
      alerts: daemon.openAlerts(),
      events: this.#events,
    };
    this.#screen.draw(renderLive(picture, { width, height, paint: this.#paint }));
    this.#drawing = false;
  }
}
