import { type ReadonlySignal, signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Problem } from '../live/api.ts';
import { say } from './toast.tsx';
import { sendWithToken, type Waiting } from './token-request.ts';

/** What was sent and has no answer yet, by address: nothing is sent a second time meanwhile. */
const underWay = signal<ReadonlySet<string>>(new Set());

export interface Sending {
  readonly isUnderWay: boolean;
  /** Why it was not done, or is not known to be. */
  readonly failure: ReadonlySignal<Problem | null>;
  send(body: object): void;
  /** What went wrong was looked at: it may be sent again. */
  clear(): void;
}

interface SendingOptions<T> {
  path: string;
  waiting: Waiting;
  /** It took effect. */
  done: (answer: T) => void;
}

/** Sends an action once at a time. What comes of it after its dialog was closed is said beside the page. */
export function useSending<T>({ path, waiting, done }: SendingOptions<T>): Sending {
  const failure = useSignal<Problem | null>(null);
  const isShown = useRef(true);
  useEffect(
    () => () => {
      isShown.current = false;
    },
    [],
  );
  const run = async (body: object) => {
    if (underWay.peek().has(path)) return;
    underWay.value = new Set([...underWay.peek(), path]);
    failure.value = null;
    try {
      const answer = await sendWithToken<T>(path, body, waiting);
      if (answer !== null) done(answer);
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem('internal', 0, String(error));
      if (isShown.current) failure.value = problem;
      else say({ text: `${waiting.button}: ${describeFailure(problem)}`, isProblem: true });
    } finally {
      underWay.value = new Set([...underWay.peek()].filter((other) => other !== path));
    }
  };
  return {
    isUnderWay: underWay.value.has(path),
    failure,
    send: (body) => void run(body),
    clear: () => {
      failure.value = null;
    },
  };
}

/** It may have taken effect all the same: only looking tells. */
export const isUncertain = ({ status }: Problem): boolean => status === 0 || status >= 500;

export function describeFailure(problem: Problem): string {
  if (problem.code === 'no_answer') return 'no answer. Nothing has confirmed it: look again';
  return problem.message;
}
