/** Requests as they stand on the wire, for what clients never send. */
import { connect } from 'node:net';

export interface RawAnswer {
  status: number;
  head: string;
  body: string;
}

/** Sends the bytes and reads until the other side closes. */
export function sendRaw(port: number, ...chunks: (string | Buffer)[]): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.on('error', (error) => answer === '' && reject(error));
    socket.on('close', () => {
      const [head = '', ...rest] = answer.split('\r\n\r\n');
      resolve({ status: Number(head.split(' ')[1]), head, body: rest.join('\r\n\r\n') });
    });
    for (const chunk of chunks) socket.write(chunk);
  });
}

/** A request that is the last of its connection. */
export const lines = (first: string, port: number, headers: Record<string, string> = {}): string => {
  const all = { host: `127.0.0.1:${port}`, connection: 'close', ...headers };
  return `${first} HTTP/1.1\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;
};
