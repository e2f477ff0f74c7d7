import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/services/config/load-config.ts';
import { JournalFile } from '../../src/services/journal/journal-file.ts';
import { MemoryStore } from '../../src/services/store/memory-store.ts';
import { StoreOperations } from '../../src/services/stored/store-operations.ts';
import { MemoryPaperStore } from '../../src/services/venues/paper/memory-paper-store.ts';
import { aNewPosition, NOON } from '../support/domain-builders.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'postern-pending-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

describe('commands on the store alone', () => {
  it('write nothing while a journal file waits for the daemon', async () => {
    const store = new MemoryStore({ now: () => NOON, instance: 'store' });
    const { epoch } = (await store.acquireLease('test', 1_000)) as { epoch: number };
    await store.commit(epoch, [{ kind: 'position', position: aNewPosition({ id: '1' }), evaluation: null }]);
    await store.releaseLease(epoch);
    const operations = new StoreOperations({
      config: { ...loadConfig({ env: {} }), dataDir },
      store,
      paper: new MemoryPaperStore() as never,
      ids: { next: () => 'id' },
      now: () => NOON,
      close: async () => {},
    });
    const hold = () => operations.hold('1', { cancel: false, by: 'anna', reason: null });
    const journal = new JournalFile({ dataDir, clock: { now: () => NOON } });
    await journal.append({ stamp: { epoch: 1, sequence: 1 }, writes: [] });
    await expect(hold()).rejects.toThrow(
      'start the daemon (`postern run`): it has to bring the journal file into the database first',
    );
    expect((await store.position('1'))?.position.held).toBe(false);
    await journal.clear();
    expect(await hold()).toMatchObject({ held: true });
  });
});
