import { Hono } from 'hono';
import { createSystemClock } from '../src/services/clock.ts';
import { EventFeed, type EventSources } from '../src/services/http/events/feed.ts';
import { StreamServer } from '../src/services/http/events/stream-server.ts';
import { servePage } from '../src/services/http/page-files.ts';
import { EVENTS_PATH } from '../src/services/http/places.ts';
import { HttpServer } from '../src/services/http/server.ts';
import type { DaemonStatus } from '../src/services/http/status.ts';

const HOST = '127.0.0.1';

/** The built page with the daemon's own server and events, over made-up sources. */
export async function servePositions(sources: EventSources): Promise<{ http: HttpServer; url: string }> {
  const http = await HttpServer.listen({ host: HOST, port: 0 });
  const access = { host: HOST, port: http.port, token: 'bench' };
  const app = new Hono();
  servePage(app, access);
  app.get('/api/v1/status', (context) => context.json(statusOf(sources)));
  app.get('/api/v1/entries', (context) => context.json({ enabled: true, paused: null, edges: [] }));
  const streams = new StreamServer({
    streams: { [EVENTS_PATH]: new EventFeed(sources) },
    access,
    timer: createSystemClock(),
    log: {
      error: (facts: unknown) => {
        throw facts;
      },
    },
  });
  http.serve((request) => app.fetch(request), streams);
  return { http, url: `http://${HOST}:${http.port}/` };
}

function statusOf({ clock, watch }: EventSources): DaemonStatus {
  const now = new Date(clock.now()).toISOString();
  return {
    ...{ instance: 'bench', pid: process.pid, started_at: now, uptime_seconds: 0, venue: 'bench' },
    ...{ mode: 'stream', clock: { now, speed: 1 }, positions: { open: watch().positions().length } },
    ...{ alerts: { open: 0, critical: 0 }, lease: { owner: 'bench', epoch: 1, valid: true } },
    ...{ budget: { used: 0, limit: 60 }, ready: true, stopping: false },
  };
}
