import { ACCOUNT_ROUTES } from './routes/account.ts';
import { DAEMON_ROUTES } from './routes/daemon.ts';
import { INSPECTION_ROUTES } from './routes/inspection.ts';
import { METHOD_ROUTES } from './routes/methods.ts';
import { POSITION_ROUTES } from './routes/positions.ts';
import { RECORD_ROUTES } from './routes/records.ts';
import type { Route } from './routes/route.ts';

/** Every address of the API, once: the app and its description are made from it. The first that fits answers. */
export const ROUTES: readonly Route[] = [
  ...POSITION_ROUTES,
  ...RECORD_ROUTES,
  ...METHOD_ROUTES,
  ...ACCOUNT_ROUTES,
  ...INSPECTION_ROUTES,
  ...DAEMON_ROUTES,
];
