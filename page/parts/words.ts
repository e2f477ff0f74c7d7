/** `stop_loss` → `stop loss` */
export const inWords = (name: string): string => name.replaceAll('_', ' ');

/** `1`, `position` → `1 position`; `2,000 positions` */
export const countText = (count: number, of: string): string =>
  `${count.toLocaleString('en')} ${of}${count === 1 ? '' : 's'}`;

/** `it is so` → `It is so.` */
export const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
