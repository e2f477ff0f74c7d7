import { loadConfig } from '../services/config/load-config.ts';
import type { Config } from '../services/config/schema.ts';
import type { Operations } from '../services/operations/operations.ts';
import type { ConfigChoice } from './options.ts';

/** Does something with the positions: through the running daemon where there is one, else on the store opened here. */
export async function withOperations<T>(
  { config: file }: ConfigChoice,
  work: (operations: Operations, config: Config) => Promise<T>,
): Promise<T> {
  const config = loadConfig({ file: file ?? null, env: process.env });
  const operations = await openOperations(config);
  try {
    return await work(operations, config);
  } finally {
    await operations.close();
  }
}

async function openOperations(config: Config): Promise<Operations> {
  const { findDaemon, HttpOperations } = await import('../services/http/client.ts');
  const daemon = await findDaemon(config.dataDir);
  if (daemon !== null) return new HttpOperations(daemon);
  const { StoreOperations } = await import('../services/stored/store-operations.ts');
  return StoreOperations.open(config);
}
