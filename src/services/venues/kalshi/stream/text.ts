const MAX_CHARS = 120;

/** Another party's words for a log line or an alert: printable, on one line, at most 120 characters. */
export const foreignWords = (text: string): string =>
  text
    .slice(0, MAX_CHARS * 4)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, MAX_CHARS);
