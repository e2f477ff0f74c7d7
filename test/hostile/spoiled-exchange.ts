/** A practice exchange whose answers and frames are changed on their way to us. */
import type { Http, HttpAnswer } from '../../src/services/venues/kalshi/client/http.ts';
import type { OpenSocket } from '../../src/services/venues/kalshi/stream/socket.ts';
import type { KalshiWorld } from '../support/kalshi-world.ts';
import { asText, type Json } from './mutations.ts';

type Frame = { [key: string]: Json };

/** Answers with 2xx are changed from now on; what comes back is their JSON, or their text where it is none. */
export function answersChanged(
  world: KalshiWorld,
  change: (path: string, body: Json) => Json | string,
): void {
  const before = world.link.http;
  const http: Http = async (request): Promise<HttpAnswer> => {
    const answer = await before(request);
    if (answer.kind !== 'answered' || answer.status >= 300) return answer;
    const body = change(request.url.pathname, JSON.parse(answer.body));
    return { ...answer, body: typeof body === 'string' ? body : asText(body) };
  };
  Object.assign(world.link, { http });
}

/** A new process reads frames that are changed. */
export async function framesChanged(
  world: KalshiWorld,
  change: (frame: Frame) => Json | string,
): Promise<void> {
  const before = world.link.open;
  const open: OpenSocket = (url, headers, listener) =>
    before(url, headers, {
      ...listener,
      text: (text) => {
        const frame = change(JSON.parse(text));
        listener.text(typeof frame === 'string' ? frame : asText(frame));
      },
    });
  Object.assign(world.link, { open });
  world.kill();
  await world.start();
}
