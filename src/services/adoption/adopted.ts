import type { Adopted } from '../../actors/account/discovery.ts';
import type { Position } from '../../domain/position.ts';

/** A position nobody has watched yet, with the journal's line about it. */
export const adopted = (
  position: Position,
  summary: string,
  data: Record<string, unknown> = {},
): Adopted => ({
  file: { position, evaluation: null, exits: [], attempts: [], fills: [] },
  decision: {
    positionId: position.id,
    exitId: null,
    at: position.at,
    kind: 'position.adopted',
    summary,
    data: { side: position.side, market: position.market, ...data },
  },
});
