/** One thing that `postern doctor` looked at. */
export interface Finding {
  /** What was looked at, in a word or two. */
  check: string;
  /** `fail`: Postern can't do its work like this. `warn`: it can, or that could not be told. */
  verdict: 'ok' | 'warn' | 'fail';
  /** What was found, and what to do. */
  text: string;
}

const finding =
  (verdict: Finding['verdict']) =>
  (check: string, text: string): Finding => ({ check, verdict, text });

export const ok = finding('ok');
export const warn = finding('warn');
export const fail = finding('fail');

/** What could not be looked at, and because of what. */
export const notChecked = (checks: readonly string[], because: string): Finding[] =>
  checks.map((check) => warn(check, `not checked: ${because}`));
