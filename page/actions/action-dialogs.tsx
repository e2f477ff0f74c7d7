import './actions.css';
import { useSignal, useSignalEffect } from '@preact/signals';
import { problem } from '../live/account.ts';
import { type Action, asked } from './actions.ts';
import { EntriesDialog } from './entries-dialog.tsx';
import { ExitDialog } from './exit-dialog.tsx';
import { FlattenDialog } from './flatten-dialog.tsx';
import { ResetDialog } from './reset-dialog.tsx';
import { SteerDialog } from './steer-dialog.tsx';
import { Toast } from './toast.tsx';
import { TokenDialog } from './token-dialog.tsx';
import { askForTokenToRead, tokenRequest } from './token-request.ts';

/** The dialogs that confirm an operator's actions, over whatever view is shown. */
export function ActionDialogs() {
  useTokenToRead();
  const action = asked.value;
  return (
    <>
      {action && <Asked action={action} />}
      {tokenRequest.value && <TokenDialog request={tokenRequest.value} />}
      <Toast />
    </>
  );
}

function Asked({ action }: { action: Exclude<Action, { kind: 'token' }> }) {
  switch (action.kind) {
    case 'exit':
      return <ExitDialog position={action.position} />;
    case 'reset':
      return <ResetDialog breaker={action.breaker} />;
    case 'flatten':
      return <FlattenDialog />;
    case 'pauseEntries':
      return <EntriesDialog way="pause" />;
    case 'resumeEntries':
      return <EntriesDialog way="resume" />;
    default:
      return <SteerDialog steer={action.kind} position={action.position} />;
  }
}

/** Where even looking needs the token it is asked for, once: the banner offers it again. */
function useTokenToRead(): void {
  const wasAsked = useSignal(false);
  useSignalEffect(() => {
    const isLocked = problem.value?.code === 'unauthorized';
    if (isLocked && !wasAsked.peek() && tokenRequest.peek() === null) askForTokenToRead();
    wasAsked.value = isLocked;
  });
}
