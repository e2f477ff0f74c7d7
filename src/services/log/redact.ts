const RULES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z0-9 ]+-----[\s\S]*?-----END [A-Z0-9 ]+-----/g, '[PEM]'],
  [/-----BEGIN [A-Z0-9 ]+-----[^"]*/g, '[PEM]'],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/?#@"]*):[^\s"]*@/gi, '$1:[redacted]@'],
  [/([?&](?:password|sslpassword|token|signature)=)[^&\s"]*/gi, '$1[redacted]'],
  [/\b(Bearer|Basic) [A-Za-z0-9._~+/=-]+/g, '$1 [redacted]'],
  [
    /("(?:[\w-]*(?:token|password|secret|authorization|private[_-]?key|signature))"\s*:\s*)"(?:[^"\\]|\\.)*"/gi,
    '$1"[redacted]"',
  ],
];

/** A line of the log without tokens, passwords (in URLs too), signatures and keys, wherever in it they stand. */
export const redactSecrets = (line: string): string =>
  RULES.reduce((text, [pattern, instead]) => text.replace(pattern, instead), line);
