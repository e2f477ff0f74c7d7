import { signal } from '@preact/signals';
import { askForToken } from './token-request.ts';

/** What an operator does to one position. */
export type PositionVerb = 'exit' | 'hold' | 'release' | 'resume' | 'retry';

/** Everything an operator can do; each is confirmed in a dialog. */
export type Action =
  | { kind: PositionVerb; position: string }
  | { kind: 'reset'; breaker: string }
  | { kind: 'flatten' }
  | { kind: 'pauseEntries' | 'resumeEntries' }
  | { kind: 'token' };

/** The action that is being confirmed. */
export const asked = signal<Exclude<Action, { kind: 'token' }> | null>(null);

/** Opens the dialog that confirms it. */
export function openAction(action: Action): void {
  if (action.kind === 'token') askForToken();
  else asked.value = action;
}

export function closeAction(): void {
  asked.value = null;
}
