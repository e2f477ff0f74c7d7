import type { PositionView } from '../../src/services/operations/operations.ts';
import { positions } from '../live/account.ts';
import { read } from '../live/api.ts';
import { quantityText } from '../parts/amounts.tsx';

export const positionPath = (id: string): string => `/api/v1/positions/${encodeURIComponent(id)}`;

/** `YES DEMO-STOP-LOSS` */
export const lotText = ({ side, market }: Pick<PositionView, 'side' | 'market'>): string =>
  `${side.toUpperCase()} ${market}`;

/** As the page knows it; null for one it has not heard of. */
export const positionOf = (id: string): PositionView | null => positions.value?.get(id) ?? null;

/** How it stands, in a sentence. */
export function standing({ state, exit, remaining, held }: PositionView): string {
  if (state === 'closed') return 'it is closed.';
  const works =
    exit === null
      ? 'no exit works'
      : `the exit ${exit.reason} (${exit.priority}) ${state === 'failed' ? 'has failed' : 'works'}`;
  return `it is ${state}${held ? ' and held' : ''}, ${works}, ${quantityText(remaining)} left.`;
}

export const lookAtPosition = async (id: string): Promise<string> =>
  standing(await read<PositionView>(positionPath(id)));
