import { scalar } from './config/scalars.ts';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** An ISO 8601 time with its zone, as ms. */
export const instant = () =>
  scalar('a time like 2026-02-08T19:12:49Z', (given) =>
    INSTANT.test(given) && Number.isFinite(Date.parse(given)) ? Date.parse(given) : null,
  );
