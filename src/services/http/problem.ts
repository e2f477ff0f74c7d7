import { OperationError } from '../operations/operations.ts';

/** Every way in which a request fails: its status, and what is always true of it. */
export const PROBLEMS = {
  invalid: { status: 400, title: 'The request says something that is not allowed' },
  unauthorized: { status: 401, title: 'The request needs the token' },
  wrong_origin: { status: 403, title: 'Pages of another origin may not ask' },
  not_found: { status: 404, title: 'There is no such thing' },
  no_such_route: { status: 404, title: 'There is no such address' },
  method_not_allowed: { status: 405, title: 'The address does not take this method' },
  conflict: { status: 409, title: 'The state of things does not allow it' },
  too_large: { status: 413, title: 'The body is too large' },
  not_json: { status: 415, title: 'The body is not JSON' },
  wrong_host: { status: 421, title: 'The request is for another host' },
  nothing_taken: { status: 422, title: 'None of the values was taken' },
  upgrade_required: { status: 426, title: 'The address speaks WebSocket' },
  internal: { status: 500, title: 'An error that nobody expected' },
  unavailable: { status: 503, title: 'It can not be answered now' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** What names a kind of problem (RFC 9457, `type`). */
export const problemType = (code: ProblemCode): string => `urn:postern:problem:${code}`;

/** One thing that is wrong with a request. */
export interface RequestProblem {
  /** `stages[1].name`; empty for the whole. */
  path: string;
  message: string;
}

/** What goes out beside the problem's own members. */
export interface ProblemExtras {
  errors?: readonly RequestProblem[];
  headers?: Readonly<Record<string, string>>;
  /** Further members of the body. */
  members?: object;
}

/** What a request is answered that can't be done: RFC 9457, with a `code` for programs. */
export class HttpProblem extends Error {
  override name = 'HttpProblem';
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail);
    this.code = code;
    this.extras = extras;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

/** A problem with one part of the request. */
export const wrongPart = (path: string, message: string): HttpProblem =>
  new HttpProblem('invalid', `${path}: ${message}`, { errors: [{ path, message }] });

/** Whatever was thrown, as a problem; null for what nobody expected. */
export function problemOf(error: unknown): HttpProblem | null {
  if (error instanceof HttpProblem) return error;
  return error instanceof OperationError ? new HttpProblem(error.code, error.message) : null;
}

/** What every answer says, so that no page of another site and no cache makes use of it. */
export const ANSWER_HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
} as const;

/** The problem's head and body, for whoever writes them. */
export function writeProblem({ code, status, message, extras }: HttpProblem) {
  const { title } = PROBLEMS[code];
  const { errors = [], headers = {}, members = {} } = extras;
  const body = JSON.stringify({
    type: problemType(code),
    title,
    status,
    detail: message,
    code,
    ...(errors.length > 0 ? { errors } : {}),
    ...members,
  });
  return {
    status,
    headers: {
      ...ANSWER_HEADERS,
      'content-type': 'application/problem+json',
      'content-length': String(Buffer.byteLength(body)),
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...headers,
    },
    body,
  };
}

/** The problem as `application/problem+json`. */
export function answerProblem(problem: HttpProblem): Response {
  const { status, headers, body } = writeProblem(problem);
  return new Response(body, { status, headers });
}
