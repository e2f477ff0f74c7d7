/** Deeper than any answer: what writes a part of one out again would run out of stack. */
const DEEPEST = 50;

/** The JSON of an answer, the texts in it without the secrets; undefined when it is none, or nests too deep. */
export function readBody(text: string, secrets: readonly string[] = []): unknown {
  try {
    const body: unknown = JSON.parse(text);
    if (isDeeper(body, DEEPEST)) return undefined;
    if (secrets.length === 0) return body;
    return JSON.parse(text, (_, value) => (typeof value === 'string' ? redact(value, secrets) : value));
  } catch {
    return undefined;
  }
}

/** A text of the exchange's without the secrets that it quotes. */
export const redact = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1)));
