import { expect, test } from 'vitest';
import { createLog } from '../../src/services/log/log.ts';

const KEY = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc/+=\n-----END RSA PRIVATE KEY-----';

test.each([
  { name: 'a database URL in a sentence', log: [{}, 'can not reach postgres://bob:hunter2@db:5432/x now'] },
  { name: 'a URL with a strange password', log: [{ url: 'postgresql://bob:hunter2:/@x@db/x' }, 'x'] },
  { name: 'a password parameter', log: [{ url: 'postgres://db/x?user=bob&password=hunter2&ssl=1' }, 'x'] },
  { name: 'a header', log: [{ request: { headers: { Authorization: 'Bearer hunter2' } } }, 'x'] },
  { name: 'a header in a sentence', log: [{}, 'refused Bearer hunter2'] },
  { name: 'a token, however deep', log: [{ a: { b: [{ token: 'hunter2' }] } }, 'x'] },
  { name: 'a quoted secret', log: [{ apiSecret: 'a"hunter2' }, 'x'] },
  {
    name: 'a key in an error',
    log: [{ err: new Error(`bad key ${KEY.replace('MIIEow', 'hunter2')}`) }, 'x'],
  },
  { name: 'a key that is cut off', log: [{ pem: KEY.slice(0, 40).replace('MIIEow', 'hunter2') }, 'x'] },
])('the log does not tell $name', ({ log: [facts, words] }) => {
  const lines: string[] = [];
  createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } }).info(
    facts as object,
    words as string,
  );
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('hunter2');
  expect(() => JSON.parse(lines[0]!)).not.toThrow();
});

test('and leaves the rest as it is', () => {
  const lines: string[] = [];
  const log = createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } });
  log.info({ url: 'http://127.0.0.1:7717', position: 'a1b2c3', at: '12:00:00' }, 'exit at 0.5100: sold 3@4');
  expect(JSON.parse(lines[0]!)).toMatchObject({
    url: 'http://127.0.0.1:7717',
    position: 'a1b2c3',
    msg: 'exit at 0.5100: sold 3@4',
  });
});
