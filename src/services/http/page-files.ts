import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import type { Hono, MiddlewareHandler } from 'hono';
import { type AccessRules, guardAccess } from './access.ts';
import { HttpProblem } from './problem.ts';

/** Where `npm run build` puts the page. */
const BUILT = fileURLToPath(new URL('../../../dist/page/', import.meta.url));

/** What the page finds its way by itself from. */
const VIEWS = ['/', '/positions/:id', '/system', '/system/:machine'];
const FILES = '/:file{[\\w-]+\\.(?:js|css|svg|txt|map)}';

/** Nothing but what this server gives; charts are drawn with style attributes, which harm nobody. */
const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; " +
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
} as const;

/**
 * The page's own files, the same for everybody: they hold nothing of the account, so they need no token where all that
 * they show does. Only names of one part are looked up, and only in the built page's folder.
 */
export function servePage(app: Hono, access: AccessRules, folder: string = BUILT): void {
  const guard = guardAccess(access, { isOpen: true });
  if (!existsSync(folder)) {
    app.get('/', guard, () => {
      throw new HttpProblem('no_such_route', 'the page is not built: `npm run build` builds it');
    });
    return;
  }
  const view = serveStatic({ root: folder, path: 'index.html' });
  for (const address of VIEWS) app.get(address, guard, sayHeaders, view);
  app.get(FILES, guard, sayHeaders, serveStatic({ root: folder }));
}

const sayHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  for (const [name, value] of Object.entries(PAGE_HEADERS)) context.header(name, value);
};
