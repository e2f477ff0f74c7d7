import { BREAKERS, type BreakerRecord, type EdgeRecord, type Store } from '../../actors/ports.ts';
import type { ModelValue } from '../../domain/model-value.ts';
import { formatFraction, formatPrice, formatQuantity } from '../../domain/money.ts';
import { describeRisk } from '../../domain/risk.ts';
import { type AlertView, viewAlert } from '../http/records.ts';
import type {
  BreakerView,
  EdgeView,
  EntriesFilter,
  EntriesView,
  ModelView,
} from '../operations/account-operations.ts';

export function viewModel(value: ModelValue, now: number): ModelView {
  const { market, side, probability, at, confidence, method, source } = value;
  return {
    market,
    side,
    probability: formatFraction(probability),
    at: new Date(at).toISOString(),
    age_seconds: Math.max(0, Math.floor((now - at) / 1000)),
    confidence,
    method,
    source,
  };
}

/** The last edges, and whether any are worked. An operator's pause is an alert that lasts. */
export async function readEntries(
  store: Pick<Store, 'edges' | 'alerts'>,
  enabled: boolean,
  { status, limit }: EntriesFilter,
): Promise<EntriesView> {
  const edges = await store.edges({ limit, ...(status ? { status } : {}) });
  const alerts = await store.alerts({ open: true });
  const paused = alerts.find(({ kind }) => kind === 'entries_paused')?.text ?? null;
  return { enabled, paused, edges: edges.map(viewEdge) };
}

function viewEdge(edge: EdgeRecord): EdgeView {
  const { edgeId, market, side, probability, confidence, method, source, status, reason, work } = edge;
  return {
    id: edgeId,
    market,
    side,
    probability: formatFraction(probability),
    confidence,
    method,
    source,
    status,
    reason,
    checks: edge.verdicts.map((verdict) => ({
      check: verdict.check,
      passed: verdict.passed,
      text: describeRisk(verdict),
    })),
    limit_price: work && formatPrice(work.limitPrice),
    quantity: work && formatQuantity(work.quantity),
    replaces: edge.replaces,
    detected_at: new Date(edge.detectedAt).toISOString(),
    decided_at: edge.decidedAt === null ? null : new Date(edge.decidedAt).toISOString(),
  };
}

/** Incidents that are open, the oldest first. */
export async function readAlerts(store: Pick<Store, 'alerts'>): Promise<AlertView[]> {
  const open = await store.alerts({ open: true });
  return open.sort((a, b) => a.raisedAt - b.raisedAt).map(viewAlert);
}

/** Every breaker; one that was never stored has never tripped. */
export const viewBreakers = (records: readonly BreakerRecord[]): BreakerView[] =>
  BREAKERS.map((name) => {
    const record = records.find((known) => known.name === name);
    if (!record) return { name, tripped: false, reason: null, changed_at: null, numbers: {} };
    const { tripped, reason, changedAt, data } = record;
    const changed_at = reason === null ? null : new Date(changedAt).toISOString();
    return { name, tripped, reason, changed_at, numbers: data };
  });
