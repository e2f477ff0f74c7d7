import { createHash } from 'node:crypto';

const INSPECTOR = 'https://stately.ai';

/** The hosted inspector can't connect to a daemon by itself; it takes messages from the page that it is framed in. */
const SCRIPT = `
const inspector = document.querySelector('iframe');
const said = document.querySelector('p');
let waiting = [];
let isReady = false;
const pass = (message) => inspector.contentWindow.postMessage(message, '${INSPECTOR}');
addEventListener('message', ({ source, origin, data }) => {
  if (source !== inspector.contentWindow || origin !== '${INSPECTOR}') return;
  if (data?.type !== '@statelyai.connected') return;
  isReady = true;
  for (const message of waiting.splice(0)) pass(message);
});
const connect = () => {
  const socket = new WebSocket('ws://' + location.host + '/');
  socket.onopen = () => {
    said.textContent = 'Connected to Postern.';
    waiting = [];
  };
  socket.onmessage = ({ data }) => (isReady ? pass(JSON.parse(data)) : waiting.push(JSON.parse(data)));
  socket.onclose = () => {
    said.textContent = 'Not connected to Postern: trying again.';
    setTimeout(connect, 1000);
  };
};
connect();
`;

const STYLE = `
html, body { height: 100%; margin: 0; display: flex; flex-direction: column; font: 14px system-ui, sans-serif; }
p { margin: 0; padding: 4px 8px; }
iframe { flex: 1; border: none; }
`;

/** Frames the hosted Stately inspector and hands it what this daemon tells. */
export const STATELY_PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Postern in the Stately inspector</title><style>${STYLE}</style></head>
<body>
<p role="status">Connecting to Postern.</p>
<iframe src="${INSPECTOR}/inspect" title="Stately inspector"></iframe>
<script>${SCRIPT}</script>
</body>
</html>
`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing but this script, this style and that frame. */
export const STATELY_PAGE_HEADERS = {
  'content-security-policy':
    `default-src 'none'; script-src ${hashOf(SCRIPT)}; style-src ${hashOf(STYLE)}; frame-src ${INSPECTOR}; ` +
    "connect-src 'self' ws://127.0.0.1:* ws://localhost:*; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
} as const;
