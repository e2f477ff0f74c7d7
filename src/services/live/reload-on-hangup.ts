import type { Log } from '../log/log.ts';
import type { MethodOperations } from '../operations/method-operations.ts';

/** Reads the configuration again; what it changed is in the journal, what is wrong with it in the log. */
export async function reloadOnHangup(methods: Pick<MethodOperations, 'reload'>, log: Log): Promise<void> {
  try {
    const { changed, needs_restart } = await methods.reload({ by: 'SIGHUP', reason: null });
    if (changed.length === 0) log.info('SIGHUP: nothing has changed that counts without a restart');
    for (const { path, from, to } of needs_restart)
      log.warn(`${path}: ${from ?? 'nothing'} counts until a restart, then ${to ?? 'nothing'}`);
  } catch (error) {
    log.error(`SIGHUP: nothing has changed: ${(error as Error).message}`);
  }
}
