import { OperationError } from '../operations.ts';

/** One thing that is wrong with a request. */
export interface RequestProblem {
  /** `stages[1].name`; empty for the whole. */
  path: string;
  message: string;
}

/** What a request is answered that can't be done: RFC 9457, with a `code` for programs. */
export class HttpProblem extends Error {
  override name = 'HttpProblem';
  readonly status: number;
  readonly code: string;
  readonly problems: readonly RequestProblem[];

  constructor(status: number, code: string, detail: string, problems: readonly RequestProblem[] = []) {
    super(detail);
    this.status = status;
    this.code = code;
    this.problems = problems;
  }
}

const STATUS: Readonly<Record<OperationError['code'], number>> = {
  not_found: 404,
  invalid: 400,
  conflict: 409,
  unavailable: 503,
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  421: 'Misdirected request',
  422: 'Unprocessable content',
  500: 'Internal error',
  503: 'Unavailable',
};

/** Whatever was thrown, as a problem; null for what nobody expected. */
export function problemOf(error: unknown): HttpProblem | null {
  if (error instanceof HttpProblem) return error;
  return error instanceof OperationError
    ? new HttpProblem(STATUS[error.code], error.code, error.message)
    : null;
}

/** The problem as `application/problem+json`. */
export function answerProblem({ status, code, message, problems }: HttpProblem): Response {
  const body = {
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    detail: message,
    code,
    ...(problems.length > 0 ? { errors: problems } : {}),
  };
  const headers: Record<string, string> = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  };
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  return new Response(JSON.stringify(body), { status, headers });
}
