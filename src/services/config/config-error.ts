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
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(
      [`The configuration is not valid, ${count}:`, ...problems.map((p) => `  ${describeProblem(p)}`)].join(
        '\n',
      ),
    );
    this.problems = problems;
  }
}

/** `my.yaml:12 monitoring.urgent_frequency: "0" is not allowed: must be …` */
export function describeProblem({ file, line, path, message }: ConfigProblem): string {
  const place = line === null ? file : `${file}:${line}`;
  return path === '' ? `${place}: ${message}` : `${place} ${path}: ${message}`;
}

/** Keys and list indexes as one reads them: `partial_exits.stages[1].name`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}
