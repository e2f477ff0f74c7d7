/** Words that quote what others wrote, for a message: printable, on one line, at most `most` characters. */
export const oneLine = (text: string, most = 200): string => {
  const start = text
    .slice(0, most * 4)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return start.length > most ? `${start.slice(0, most).replace(/\p{Cs}$/u, '')}…` : start;
};
