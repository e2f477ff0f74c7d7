import { useEffect, useRef } from 'preact/hooks';
import { ActionDialogs } from './actions/action-dialogs.tsx';
import { TokenButton } from './actions/token-dialog.tsx';
import { askForTokenToRead } from './actions/token-request.ts';
import { link, positions, problem, status } from './live/account.ts';
import { speed } from './live/time.ts';
import { Overview } from './overview/overview.tsx';
import { Note } from './parts/note.tsx';
import { PositionPage } from './position/position-page.tsx';
import { type Route, route } from './route.ts';
import { SystemPage } from './system/system-page.tsx';

/** What stands around every view: the way to the others, and whether all this is live. */
export function Shell() {
  const here = route.value;
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="bar">
        <a class="brand" href="/">
          <img src="/icon.svg" alt="" width="22" height="22" />
          Postern
        </a>
        <nav aria-label="Views">
          <a href="/" aria-current={here.view === 'overview' ? 'page' : undefined}>
            Positions
          </a>
          <a href="/system" aria-current={here.view === 'system' ? 'page' : undefined}>
            System
          </a>
        </nav>
        <Liveness />
        <TokenButton />
      </header>
      <Disconnected />
      <main id="content" tabIndex={-1}>
        <View here={here} />
      </main>
      <ActionDialogs />
    </>
  );
}

function View({ here }: { here: Route }) {
  const title = titleOf(here);
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = title === null ? 'Postern' : `${title} · Postern`;
    if (!isFirst.current) document.getElementById('content')?.focus({ preventScroll: true });
    isFirst.current = false;
  }, [title]);
  switch (here.view) {
    case 'overview':
      return <Overview />;
    case 'position':
      return <PositionPage key={here.id} id={here.id} />;
    case 'system':
      return <SystemPage machine={here.machine} />;
    case 'nowhere':
      return (
        <Note kind="empty" title="There is nothing at this address">
          <a href="/">All positions</a>
        </Note>
      );
  }
}

function titleOf(here: Route): string | null {
  if (here.view === 'position') return here.id;
  if (here.view === 'system') return here.machine === null ? 'System' : `System: ${here.machine}`;
  return null;
}

/** Whether what is shown is as it is now, in words and not in colour alone. */
function Liveness() {
  const state = link.state.value;
  const words = { connecting: 'connecting', live: 'live', lost: 'disconnected' }[state];
  const { venue } = status.value ?? {};
  return (
    <p class="liveness" role="status">
      {venue && (
        <span class="muted">
          {venue}
          {speed.value !== 1 && ` ×${speed.value}`}
        </span>
      )}
      <span class={`link-${state}`}>{words}</span>
    </p>
  );
}

function Disconnected() {
  if (problem.value?.code === 'unauthorized') return <Locked />;
  if (link.state.value !== 'lost') return null;
  const why = problem.value && problem.value.code !== 'no_answer' ? `: ${problem.value.message}` : '';
  return (
    <div class="banner" role="alert">
      <p>
        <strong>Disconnected{why}.</strong>{' '}
        {positions.value === null
          ? 'Nothing can be shown before the daemon answers.'
          : 'What is shown is as it was; the daemon itself may be at work all the same.'}
      </p>
      <button type="button" onClick={() => link.retry()}>
        Try now
      </button>
    </div>
  );
}

/** The daemon can be reached from elsewhere: even looking needs its token. */
function Locked() {
  return (
    <div class="banner" role="alert">
      <p>
        <strong>Locked.</strong> This daemon shows nothing without its token.
      </p>
      <button type="button" aria-haspopup="dialog" onClick={askForTokenToRead}>
        Give the token
      </button>
    </div>
  );
}
