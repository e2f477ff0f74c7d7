import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stage, type StageOptions } from './stage.ts';

/**
 * Plays on a stage in a folder of its own. The folder is removed afterwards, unless something differed: then it is named.
 * `prepare` comes before all else, and what it returns after all else.
 */
export async function onStage<T>(
  options: Omit<StageOptions, 'folder'>,
  play: (stage: Stage, folder: string) => Promise<T>,
  prepare: (folder: string) => () => void = () => () => {},
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-processes-'));
  const clear = prepare(folder);
  const stage = await Stage.open({ ...options, folder });
  let played = false;
  try {
    const figures = await play(stage, folder);
    played = true;
    return figures;
  } finally {
    await stage.close();
    clear();
    if (played && stage.differences.length === 0) rmSync(folder, { recursive: true, force: true });
    else stage.differences.push(`what was written is in ${folder} (seed ${options.seed})`);
  }
}
