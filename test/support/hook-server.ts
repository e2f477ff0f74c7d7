import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Hooked {
  path: string;
  headers: IncomingMessage['headers'];
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was sent
  body: any;
}

type Reply = (response: ServerResponse, request: Hooked) => void;

/** A web server on this machine that keeps what is posted to it and answers each path as told; 200 otherwise. */
export class HookServer {
  readonly posts: Hooked[] = [];
  /** By path. A reply that does nothing leaves the request hanging. */
  readonly replies = new Map<string, Reply>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        const hooked = { path: request.url!, headers: request.headers, body: JSON.parse(text) };
        this.posts.push(hooked);
        const reply = this.replies.get(hooked.path) ?? ((answer: ServerResponse) => answer.end('ok'));
        reply(response, hooked);
      });
    });
  }

  static async start(): Promise<HookServer> {
    const hooks = new HookServer();
    await new Promise<void>((resolve) => hooks.#server.listen(0, '127.0.0.1', () => resolve()));
    return hooks;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What was posted to a path. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was sent
  bodies(path: string): any[] {
    return this.posts.filter((post) => post.path === path).map(({ body }) => body);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Answers with a status, a body and headers. */
export const replying =
  (status: number, body = '', headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
