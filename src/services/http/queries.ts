import { EDGE_STATUSES } from '../../actors/ports.ts';
import { PRIORITIES } from '../../domain/method.ts';
import { bool, count, quantity, text, word } from '../config/scalars.ts';
import { mapping } from '../config/shapes.ts';
import { instant } from '../instant.ts';

const MOST_LINES = 1000;

const limit = count({ min: '1', max: String(MOST_LINES) }).optional();
const position = text('the id of a position', /^[^\p{Cc}]{1,100}$/u).optional();
const method = text('nfl, or nfl@2', /^[A-Za-z0-9][A-Za-z0-9_~-]{0,79}(@[1-9]\d{0,8})?$/);

/** What each address may be asked about. */
export const QUERIES = {
  positions: mapping({ closed: bool().optional() }).transform(({ closed }) => ({ closed: closed ?? false })),
  exit: mapping({
    quantity: quantity({ above: '0' }).optional(),
    priority: word(PRIORITIES).optional(),
  }).transform((query) => ({
    quantity: query.quantity ?? null,
    priority: query.priority ?? ('HIGH' as const),
  })),
  entries: mapping({ status: word(EDGE_STATUSES).optional(), limit }).transform((query) => ({
    status: query.status ?? null,
    limit: query.limit ?? 50,
  })),
  report: mapping({ day: text('a day like 2026-02-08', /^\d{4}-\d\d-\d\d$/).optional() }),
  diff: mapping({ from: method, to: method }),
  exits: mapping({
    since: instant().optional(),
    priority: word(PRIORITIES).optional(),
    limit,
  }).transform((query) => ({
    since: query.since ?? null,
    priority: query.priority ?? null,
    limit: query.limit ?? 50,
  })),
  inspection: mapping({ position }).transform((query) => ({ position: query.position ?? null })),
  journal: mapping({ position, limit }).transform((query) => ({
    position: query.position ?? null,
    limit: query.limit ?? 100,
  })),
  alerts: mapping({ open: bool().optional(), limit }).transform((query) => ({
    open: query.open ?? true,
    limit: query.limit ?? 100,
  })),
};
