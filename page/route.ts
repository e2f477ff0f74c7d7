import { signal } from '@preact/signals';

/** Where on the page we are. */
export type Route =
  | { view: 'overview' }
  | { view: 'position'; id: string }
  | { view: 'system'; machine: string | null }
  | { view: 'nowhere' };

export const route = signal<Route>(readAddress());

export const positionAddress = (id: string): string => `/positions/${encodeURIComponent(id)}`;

/** Goes to another view, as a link would. */
export function go(address: string): void {
  history.pushState(null, '', address);
  arrive();
}

/** Links within the page change the view without loading it anew. */
export function followLinks(): void {
  addEventListener('popstate', arrive);
  addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey)
      return;
    const link = (event.target as Element).closest?.('a[href^="/"]');
    if (!link || link.hasAttribute('target') || link.getAttribute('href')!.startsWith('/api')) return;
    event.preventDefault();
    go(link.getAttribute('href')!);
  });
}

function arrive(): void {
  route.value = readAddress();
  scrollTo(0, 0);
}

function readAddress(): Route {
  const [first = '', second, ...more] = location.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  if (more.length > 0) return { view: 'nowhere' };
  if (first === '') return { view: 'overview' };
  if (first === 'positions' && second !== undefined) return { view: 'position', id: second };
  if (first === 'system') return { view: 'system', machine: second ?? null };
  return { view: 'nowhere' };
}
