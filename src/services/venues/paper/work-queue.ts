/** Runs pieces of work one after the other, on microtasks alone. */
export class WorkQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  get isIdle(): boolean {
    return this.#waiting === 0;
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const running = this.#tail.then(work).finally(() => {
      this.#waiting -= 1;
    });
    this.#tail = running.catch(() => undefined);
    return running;
  }
}
