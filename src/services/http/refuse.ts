import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type HttpProblem, writeProblem } from './problem.ts';

/** Answers on a connection that no app answers on, and ends it. */
export function refuse(socket: Duplex, problem: HttpProblem): void {
  const { status, headers, body } = writeProblem(problem);
  const all = { connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`, () =>
    socket.destroy(),
  );
}
