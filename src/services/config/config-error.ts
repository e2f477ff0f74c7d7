/** One thing that is wrong, where it stands and what would be right. */
export interface ConfigProblem {
  /** The file as it was named, or `environment variable X`. */
  file: string;
  /** Counted from 1; null where no line can be named. */
  line: number | null;
  /** `exit_execution.HIGH.timeout_seconds`; empty for the file as a whole. */
  path: string;
  message: string;
}

/** Everything that is wrong with a configuration, at once. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(`The configuration is not valid, ${describeProblems(problems)}`);
    this.problems = problems;
  }
}

const MOST_TOLD = 100;

/** How many problems there are, and the first hundred, each on a line. */
export function describeProblems(problems: readonly ConfigProblem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const told = problems.slice(0, MOST_TOLD).map((problem) => `  ${describeProblem(problem)}`);
  const more = problems.length > MOST_TOLD ? [`  and ${problems.length - MOST_TOLD} more`] : [];
  return [`${count}:`, ...told, ...more].join('\n');
}

/** `my.yaml:12 monitoring.urgent_frequency: "0" is not allowed: must be …` */
export function describeProblem({ file, line, path, message }: ConfigProblem): string {
  const place = line === null ? file : `${file}:${line}`;
  return path === '' ? `${place}: ${message}` : `${place} ${path}: ${message}`;
}

const LONGEST_KEY = 80;

/** Keys and list indexes as one reads them: `partial_exits.stages[1].name`. Of a long key its beginning. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const key = keyText(String(step));
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

/** What no line of a log or a terminal may hold is written as JSON writes it. */
function keyText(key: string): string {
  const shown = key.length > LONGEST_KEY ? `${key.slice(0, LONGEST_KEY)}…` : key;
  return /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(shown) ? JSON.stringify(shown) : shown;
}
