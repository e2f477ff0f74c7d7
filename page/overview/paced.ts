import { effect, type ReadonlySignal, signal } from '@preact/signals';

export interface Paced<T> {
  readonly signal: ReadonlySignal<T>;
  stop(): void;
}

/** Follows a signal, but changes at most every `ms`: the first change shows at once, the last one always. */
export function paced<T>(source: ReadonlySignal<T>, ms: number): Paced<T> {
  const followed = signal(source.peek());
  let timer: ReturnType<typeof setTimeout> | undefined;
  const rest = () => {
    timer = undefined;
    if (followed.peek() !== source.peek()) follow();
  };
  const follow = () => {
    followed.value = source.peek();
    timer = setTimeout(rest, ms);
  };
  const stop = effect(() => {
    if (source.value !== followed.peek() && timer === undefined) follow();
  });
  return {
    signal: followed,
    stop: () => {
      stop();
      clearTimeout(timer);
    },
  };
}
