const ESCAPE = '\u001b';

/** What a terminal would show of what was written to it: text, line ends, and the few sequences that a bar needs. */
export class FakeScreen {
  readonly isTTY = true;
  readonly columns: number;
  readonly written: string[] = [];
  #lines = [''];
  #row = 0;
  #column = 0;
  #saved = { row: 0, column: 0 };

  constructor(columns: number) {
    this.columns = columns;
  }

  get lines(): string[] {
    return [...this.#lines];
  }

  write(text: string): void {
    this.written.push(text);
    const [plain, ...sequences] = text.split(ESCAPE);
    this.#print(plain!);
    for (const sequence of sequences) this.#obey(sequence);
  }

  #obey(sequence: string): void {
    const [code] = /^([78]|\[\d*[GK])/.exec(sequence) ?? [];
    if (code === undefined) throw new Error(`the screen knows no ${JSON.stringify(sequence)}`);
    const line = this.#lines[this.#row]!;
    if (code === '7') this.#saved = { row: this.#row, column: this.#column };
    if (code === '8') ({ row: this.#row, column: this.#column } = this.#saved);
    if (code === '[1G') this.#column = 0;
    if (code === '[0K') this.#lines[this.#row] = line.slice(0, this.#column);
    if (code === '[2K') this.#lines[this.#row] = '';
    this.#print(sequence.slice(code.length));
  }

  #print(text: string): void {
    for (const character of text) {
      if (character === '\n') {
        this.#row += 1;
        this.#column = 0;
        if (this.#row === this.#lines.length) this.#lines.push('');
        continue;
      }
      const line = this.#lines[this.#row]!.padEnd(this.#column);
      this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
      this.#column += 1;
    }
  }
}
