import type { Position } from '../../domain/position.ts';

/**
 * A stored position as this program knows it. Version 1 had no entries of ours: nothing was paid for one in fees. Throws
 * on a version that this program does not know.
 */
export function upgradePosition(stored: Position): Position {
  const { id, schemaVersion } = stored as { id: string; schemaVersion: number };
  if (schemaVersion === 2) return stored;
  if (schemaVersion === 1) return { ...stored, schemaVersion: 2, entryFees: 0 };
  throw new Error(`position ${id} is stored in version ${schemaVersion}, which this program does not know`);
}
