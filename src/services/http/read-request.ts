import type { z } from 'zod';
import { formatPath } from '../config/config-error.ts';
import { oneLine } from '../one-line.ts';
import { HttpProblem, wrongPart } from './problem.ts';

/** So many things that are wrong are told one by one. */
const MOST_ERRORS = 50;

/** Checks what was given. Throws an HttpProblem with all that is wrong with it. */
export function check<T extends z.ZodType>(schema: T, given: unknown): z.output<T> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const { issues } = result.error;
  const errors = issues
    .slice(0, MOST_ERRORS)
    .map(({ path, message }) => ({ path: formatPath(path), message }));
  if (issues.length > MOST_ERRORS)
    errors.push({ path: '', message: `and ${issues.length - MOST_ERRORS} more` });
  const detail = errors
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    .join('; ');
  throw new HttpProblem('invalid', detail, { errors });
}

/** The parameters of an address, each at most once. Throws an HttpProblem. */
export const readQuery = (url: string): Record<string, string> => readParameters(new URL(url).searchParams);

/** Parameters, each at most once. Throws an HttpProblem. */
export function readParameters(parameters: URLSearchParams): Record<string, string> {
  const given = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (given.has(name)) throw wrongPart(formatPath([name]), 'is given twice');
    given.set(name, value);
  }
  return Object.fromEntries(given);
}

/** The JSON of a body; null for none. Throws an HttpProblem. */
export async function readJson(request: Request, mostBytes: number): Promise<unknown> {
  const content = await readText(request, mostBytes);
  if (content === '') return null;
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? ''))
    throw new HttpProblem('not_json', 'the body must be application/json');
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new HttpProblem('invalid', `the body is not JSON: ${oneLine((error as Error).message)}`);
  }
}

/** A key that is null says as little as one that is left out. Throws an HttpProblem for one that means the prototype. */
export function withoutNulls(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  if (Object.hasOwn(body, '__proto__')) throw wrongPart('__proto__', 'unknown key');
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

/** Reads no more than it may, whatever length was announced. */
async function readText({ headers, body }: Request, mostBytes: number): Promise<string> {
  const tooLarge = () => new HttpProblem('too_large', `a body may have ${mostBytes} bytes`);
  if (Number(headers.get('content-length') ?? 0) > mostBytes) throw tooLarge();
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > mostBytes) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new HttpProblem('invalid', 'the body is not UTF-8');
  }
}
