import { signal } from '@preact/signals';

const KEPT_AS = 'postern.token';

/** The daemon's token, as long as this tab lives; null: reading only. */
export const token = signal<string | null>(takeFromAddress() ?? sessionStorage.getItem(KEPT_AS));

export function keepToken(given: string): void {
  sessionStorage.setItem(KEPT_AS, given);
  token.value = given;
}

export function forgetToken(): void {
  sessionStorage.removeItem(KEPT_AS);
  token.value = null;
}

/**
 * A link's `#token=…` is used once and taken out of the address, so that it is not copied along. What can't be a token
 * could not even be offered to a WebSocket.
 */
function takeFromAddress(): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given === null) return null;
  history.replaceState(null, '', location.pathname + location.search);
  if (!/^[0-9a-f]{64}$/.test(given)) return null;
  sessionStorage.setItem(KEPT_AS, given);
  return given;
}
