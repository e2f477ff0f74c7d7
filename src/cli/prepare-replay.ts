import type { ReplayOptions } from '../replay.ts';
import { loadConfig } from '../services/config/load-config.ts';
import type { Config } from '../services/config/schema.ts';
import { readPositionsFile } from '../services/venues/paper/positions-file.ts';
import { readRecording } from '../services/venues/paper/recording.ts';
import { checkPositions } from './check-positions.ts';
import type { GeneratedBooks } from './generate-books.ts';

export interface ReplaySources {
  source: { kind: 'file'; file: string } | { kind: 'generated'; seed: number; minutes: number };
  positions: string;
  config: string | null;
}

/** Reads all that a replay needs. Throws what is wrong with config, positions or books, in that order. */
export async function prepareReplay(sources: ReplaySources): Promise<Omit<ReplayOptions, 'mode'>> {
  const config = loadConfig({ file: sources.config, env: process.env });
  const file = await readPositionsFile(sources.positions);
  const { recording, withFacts } = await readBooks(sources.source, config);
  checkPositions(file, {
    source: recording.file,
    markets: recording.markets,
    methods: ['default', ...Object.keys(config.methods)],
  });
  return { recording, positions: withFacts(file.positions), config };
}

async function readBooks(source: ReplaySources['source'], config: Config): Promise<GeneratedBooks> {
  if (source.kind === 'file')
    return { recording: await readRecording(source.file), withFacts: (positions) => [...positions] };
  const { generateBooks } = await import('./generate-books.ts');
  return generateBooks(config, source);
}
