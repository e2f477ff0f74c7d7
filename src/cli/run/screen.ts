/** The part of a terminal that a screen needs. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
}

const ESC = '\u001b[';
const ENTER = `${ESC}?1049h${ESC}?25l`;
const LEAVE = `${ESC}?25h${ESC}?1049l`;
/** Terminals that know it show what lies between at once; others ignore it. */
const BEGIN = `${ESC}?2026h`;
const END = `${ESC}?2026l`;

/** Draws whole screens over each other in one write, without clearing: nothing flickers. */
export class Screen {
  readonly #terminal: Terminal;
  #shown: string | null = null;
  #open = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Takes the terminal over; what stood there comes back with `close`. */
  open(): void {
    this.#open = true;
    this.#shown = null;
    this.#terminal.write(ENTER);
  }

  /** Shows the lines, as many as fit. They must not be wider than the terminal. */
  draw(lines: readonly string[]): void {
    if (!this.#open) return;
    const visible = lines.slice(0, this.#terminal.rows);
    const frame = `${ESC}H${visible.map((line) => `${line}${ESC}K`).join('\r\n')}${ESC}J`;
    if (frame === this.#shown) return;
    this.#shown = frame;
    this.#terminal.write(`${BEGIN}${frame}${END}`);
  }

  /** Gives the terminal back with its cursor. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#terminal.write(LEAVE);
  }
}
