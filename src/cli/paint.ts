/** What a piece of text means to its reader. */
export type Tone = 'plain' | 'good' | 'bad' | 'warn' | 'dim' | 'strong';

export type Paint = (text: string, tone: Tone) => string;

const CODES: Record<Exclude<Tone, 'plain'>, number> = { good: 32, bad: 31, warn: 33, dim: 2, strong: 1 };

/** Leaves text as it is: for files, pipes and programs. */
export const plainPaint: Paint = (text) => text;

/** Colours text for a terminal. */
export const colourPaint: Paint = (text, tone) =>
  tone === 'plain' || text === '' ? text : `\u001b[${CODES[tone]}m${text}\u001b[0m`;

/** Colours where a terminal reads along that wants them (https://no-color.org). */
export const paintFor = (
  stream: { isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Paint => (stream.isTTY && !env.NO_COLOR && env.TERM !== 'dumb' ? colourPaint : plainPaint);
