import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { inUrl } from './access.ts';
import { answerProblem, HttpProblem } from './problem.ts';

/** The configured address can't be listened on; the sentence says what to do. */
export class AddressError extends Error {
  override name = 'AddressError';
}

type Answer = (request: Request) => Response | Promise<Response>;

/** Listens from the start, so that a taken port is found before anything trades; answers 503 until it is served. */
export class HttpServer {
  readonly port: number;
  readonly #server: Server;
  #answer: Answer = starting;
  #closed: Promise<void> | null = null;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on(
      'request',
      getRequestListener((request) => this.#answer(request), { overrideGlobalObjects: false }),
    );
  }

  /** Throws an AddressError when the address is taken or not ours. */
  static listen({ host, port }: { host: string; port: number }): Promise<HttpServer> {
    return new Promise((resolve, reject) => {
      const server = createServer({ requestTimeout: 30_000 });
      server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
      server.listen(port, host, () => resolve(new HttpServer(server)));
    });
  }

  serve(answer: Answer): void {
    this.#answer = answer;
  }

  /** Lets answers under way end for a moment, then cuts every connection. */
  close(graceMs: number): Promise<void> {
    this.#closed ??= this.#close(graceMs);
    return this.#closed;
  }

  async #close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const cut = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed.finally(() => clearTimeout(cut));
  }
}

const starting: Answer = () => answerProblem(new HttpProblem(503, 'unavailable', 'the daemon is starting'));

function explain(error: NodeJS.ErrnoException, host: string, port: number): AddressError {
  const place = `${inUrl(host)}:${port}`;
  if (error.code === 'EADDRINUSE')
    return new AddressError(
      `${place} is in use by another program: stop it, or set server.port to a free one`,
    );
  if (error.code === 'EACCES')
    return new AddressError(`not allowed to listen on ${place}: set server.port to one above 1023`);
  return new AddressError(
    `can't listen on ${place} (server.host and server.port): ${error.code ?? error.message}`,
  );
}
