import type { CommitStamp, EdgeStatus, Store, StoreWrite } from '../../src/actors/ports.ts';
import { InvariantError } from '../../src/actors/ports.ts';
import { type Life, never } from './life.ts';

/** The surviving store as one process reaches it: cut off once the process is gone, and failing where the plan says so. */
export class FaultyStore implements Store {
  readonly #life: Life;

  constructor(life: Life) {
    this.#life = life;
  }

  async commit(epoch: number, writes: StoreWrite[], stamp?: CommitStamp): Promise<void> {
    const life = this.#life;
    if (!life.alive) return never();
    const { store, audit } = life.world;
    audit.proposed(writes, life.number);
    await this.#write(
      'commit',
      describeWrites(writes),
      () => store.commit(epoch, writes, stamp),
      () => audit.lost(writes),
    );
  }

  renewLease(epoch: number, ttlMs: number): Promise<boolean> {
    return this.#write('renew', '', () => this.#store.renewLease(epoch, ttlMs));
  }

  acquireLease(owner: string, ttlMs: number) {
    return this.#cut(() => this.#store.acquireLease(owner, ttlMs));
  }

  releaseLease(epoch: number): Promise<void> {
    return this.#cut(() => this.#store.releaseLease(epoch));
  }

  instance(): Promise<string> {
    return this.#cut(() => this.#store.instance());
  }

  openPositionIds() {
    return this.#cut(() => this.#store.openPositionIds());
  }

  openPositions() {
    return this.#cut(() => this.#store.openPositions());
  }

  position(id: string) {
    return this.#cut(() => this.#store.position(id));
  }

  positions(filter: { closed: boolean }) {
    return this.#cut(() => this.#store.positions(filter));
  }

  method(name: string, version: number) {
    return this.#cut(() => this.#store.method(name, version));
  }

  latestMethods() {
    return this.#cut(() => this.#store.latestMethods());
  }

  decisions(filter: { positionId?: string; limit: number }) {
    return this.#cut(() => this.#store.decisions(filter));
  }

  alerts(filter: { open: boolean }) {
    return this.#cut(() => this.#store.alerts(filter));
  }

  lastStamp() {
    return this.#cut(() => this.#store.lastStamp());
  }

  entriesAtWork() {
    return this.#cut(() => this.#store.entriesAtWork());
  }

  entry(edgeId: string) {
    return this.#cut(() => this.#store.entry(edgeId));
  }

  edges(filter: { status?: EdgeStatus; limit: number }) {
    return this.#cut(() => this.#store.edges(filter));
  }

  modelValues() {
    return this.#cut(() => this.#store.modelValues());
  }

  breakers() {
    return this.#cut(() => this.#store.breakers());
  }

  accountDay(day: string) {
    return this.#cut(() => this.#store.accountDay(day));
  }

  closedBetween(from: number, to: number) {
    return this.#cut(() => this.#store.closedBetween(from, to));
  }

  period(from: number, to: number) {
    return this.#cut(() => this.#store.period(from, to));
  }

  close(): Promise<void> {
    return this.#cut(() => this.#store.close());
  }

  get #store(): Store {
    return this.#life.world.store;
  }

  async #write<T>(
    kind: 'commit' | 'renew',
    about: string,
    write: () => Promise<T>,
    lost: () => void = () => {},
  ): Promise<T> {
    const life = this.#life;
    if (!life.alive) return never();
    const fault = life.meet(kind, about);
    if (fault?.kind === 'crash' && fault.when === 'before') {
      lost();
      life.die(fault.restartMs);
      return never();
    }
    if (fault?.kind === 'store error' && fault.when === 'before') throw new Error('connection refused');
    if (fault?.kind === 'freeze' && fault.when === 'before') await life.world.freeze(fault.ms);
    try {
      const done = write();
      if (fault?.kind === 'crash') life.die(fault.restartMs);
      const value = await done;
      if (fault?.kind === 'store error') throw new Error('connection reset');
      if (fault?.kind === 'freeze' && fault.when === 'after') await life.world.freeze(fault.ms);
      return life.alive ? value : never();
    } catch (error) {
      if (!life.alive) return never();
      if (error instanceof InvariantError) life.world.violate(`the store refuses: ${error.message}`);
      throw error;
    }
  }

  async #cut<T>(read: () => Promise<T>): Promise<T> {
    if (!this.#life.alive) return never();
    const value = await read();
    return this.#life.alive ? value : never();
  }
}

function describeWrites(writes: readonly StoreWrite[]): string {
  const words = writes.flatMap((write) => {
    if (write.kind === 'position') return [`${write.position.phase} sold ${write.position.sold / 100}`];
    if (write.kind === 'attempt')
      return [`${write.attempt.clientId} ${write.attempt.status} ${write.attempt.filled / 100}`];
    if (write.kind === 'entry_attempt')
      return [`${write.attempt.clientId} ${write.attempt.status} bought ${write.attempt.filled / 100}`];
    if (write.kind === 'exit') return [`${write.exit.reason} ${write.exit.status}`];
    return write.kind === 'alert' ? [`alert ${write.alert.kind}`] : [];
  });
  return `{${words.join(', ')}}`;
}
