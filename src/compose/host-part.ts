import { fromCallback } from 'xstate';
import type { Part } from '../actors/mail.ts';

type Failure = { type: 'part.failed'; error: unknown };

/** Runs a part as an actor of the tree: what it throws, in a message or behind one, is the actor's crash. */
export const hostPart = <M extends { type: string }>(build: (crash: (error: unknown) => void) => Part<M>) =>
  fromCallback<M | Failure>(({ receive, self }) => {
    const part = build((error) => self.send({ type: 'part.failed', error }));
    receive((mail) => {
      try {
        if (isFailure(mail)) throw mail.error;
        part.receive(mail as M);
      } catch (error) {
        part.stop();
        throw error;
      }
    });
    return () => part.stop();
  });

const isFailure = (mail: { type: string }): mail is Failure => mail.type === 'part.failed';
