import { describe, expect, test } from 'vitest';
import { BOOK_SID, START, StreamRig, snapshot } from './stream-rig.ts';

const error = (code: number, more: object = {}) => ({ type: 'error', msg: { code, msg: 'words' }, ...more });

describe('the handshake', () => {
  test('is signed anew for every connection, over the path of the URL', () => {
    const rig = new StreamRig({ url: new URL('wss://exchange.test/trade-api/ws/v2?a=b') });
    expect(rig.connections).toEqual([]);
    rig.run(0);
    rig.connection.end('handshake refused with 401');
    rig.run(500);
    expect(rig.connections.map(({ headers, url }) => [headers.signed, url.host])).toEqual([
      ['0 GET /trade-api/ws/v2', 'exchange.test'],
      ['500 GET /trade-api/ws/v2', 'exchange.test'],
    ]);
  });

  test('refused is lost with its reason, every time', () => {
    const rig = new StreamRig();
    rig.run(0);
    rig.connection.end('handshake refused with 401');
    rig.run(500);
    rig.connection.end('handshake refused with 403');
    expect(rig.told).toEqual([
      ['lost', 'handshake refused with 401'],
      ['lost', 'handshake refused with 403'],
    ]);
    expect(rig.stream.isLive()).toBe(false);
  });

  test('that never ends is a stall', () => {
    const rig = new StreamRig();
    rig.run(25_000);
    expect(rig.told).toEqual([['lost', 'stalled: nothing heard for 25 s']]);
    expect(rig.connection.closedByUs).toBe(true);
  });
});

describe('subscriptions', () => {
  test('one command for each channel; only the books name markets, and NO prices are asked for', () => {
    const rig = new StreamRig();
    rig.stream.watch(['A', 'B']);
    rig.run(0);
    expect(rig.connection.sent).toEqual([]);
    rig.connection.open();
    expect(rig.connection.sent).toEqual([
      { id: 1, cmd: 'subscribe', params: { channels: ['user_orders'] } },
      { id: 2, cmd: 'subscribe', params: { channels: ['fill'] } },
      { id: 3, cmd: 'subscribe', params: { channels: ['market_positions'] } },
      { id: 4, cmd: 'subscribe', params: { channels: ['market_lifecycle_v2'] } },
      {
        id: 5,
        cmd: 'subscribe',
        params: { channels: ['orderbook_delta'], market_tickers: ['A', 'B'], use_yes_price: false },
      },
    ]);
  });

  test('connected only once all are confirmed', () => {
    const rig = new StreamRig();
    rig.stream.watch(['A']);
    rig.run(0);
    rig.connection.open();
    const [last] = rig.connection.sent.slice(-1);
    for (const [i, command] of rig.connection.sent.slice(0, -1).entries())
      rig.connection.frame({
        id: command.id,
        type: 'subscribed',
        msg: { channel: command.params.channels![0], sid: i + 1 },
      });
    expect([rig.told, rig.stream.isLive()]).toEqual([[], false]);
    rig.connection.frame({
      id: last!.id,
      type: 'subscribed',
      msg: { channel: 'orderbook_delta', sid: BOOK_SID },
    });
    expect([rig.told, rig.stream.isLive()]).toEqual([[['connected']], true]);
  });

  test('without markets there is no subscription to books', () => {
    const rig = new StreamRig().goLive();
    expect(rig.told).toEqual([['connected']]);
    rig.stream.watch(['A']);
    expect(rig.connection.takeSent().map(({ params }) => params.market_tickers)).toEqual([['A']]);
  });

  test('not confirmed within 10 s: lost', () => {
    const rig = new StreamRig();
    rig.run(0);
    rig.connection.open();
    rig.connection.frame({ id: 1, type: 'subscribed', msg: { channel: 'user_orders', sid: 1 } });
    rig.run(9_999);
    expect(rig.told).toEqual([]);
    rig.run(1);
    expect(rig.told).toEqual([['lost', 'not confirmed: fill, market_positions, market_lifecycle_v2']]);
  });

  test('markets wanted before the connection is open are subscribed to once it is', () => {
    const rig = new StreamRig();
    rig.run(0);
    rig.stream.watch(['A']);
    expect(rig.connection.sent).toEqual([]);
    rig.connection.open();
    expect(rig.connection.sent.at(-1)!.params.market_tickers).toEqual(['A']);
  });

  test('markets wanted before the confirmation are added after it', () => {
    const rig = new StreamRig();
    rig.stream.watch(['A', 'B']);
    rig.run(0);
    rig.connection.open();
    rig.stream.watch(['B', 'C']);
    expect(rig.connection.sent.filter(({ cmd }) => cmd !== 'subscribe')).toEqual([]);
    rig.connection.confirm();
    expect(rig.connection.takeSent().map(({ params }) => params)).toEqual([
      { sids: [BOOK_SID], action: 'delete_markets', market_tickers: ['A'] },
      { sids: [BOOK_SID], action: 'add_markets', market_tickers: ['C'] },
    ]);
  });

  test('watching others adds and removes on the live connection; watching none unsubscribes', () => {
    const rig = new StreamRig().goLive(['A', 'B']);
    rig.stream.watch(['B', 'C']);
    rig.stream.watch(['B', 'C']);
    rig.stream.watch([]);
    expect(rig.connection.takeSent().map(({ cmd, params }) => [cmd, params])).toEqual([
      ['update_subscription', { sids: [BOOK_SID], action: 'delete_markets', market_tickers: ['A'] }],
      ['update_subscription', { sids: [BOOK_SID], action: 'add_markets', market_tickers: ['C'] }],
      ['unsubscribe', { sids: [BOOK_SID] }],
    ]);
  });
});

describe('silence', () => {
  test('25 s without frame or ping: lost, the connection is dropped, another one made', () => {
    const rig = new StreamRig().goLive();
    rig.run(20_000);
    rig.connection.ping();
    rig.run(24_999);
    expect(rig.stream.isLive()).toBe(true);
    rig.run(1);
    expect(rig.told).toEqual([['connected'], ['lost', 'stalled: nothing heard for 25 s']]);
    expect([rig.connection.closedByUs, rig.stream.isLive()]).toEqual([true, false]);
    rig.run(500);
    expect(rig.connections.length).toBe(2);
  });

  test('any frame is a sign of life, even one that says nothing', () => {
    const rig = new StreamRig().goLive();
    for (let i = 0; i < 10; i += 1) {
      rig.run(20_000);
      rig.connection.text('?');
    }
    expect(rig.told).toEqual([['connected']]);
  });

  test('after a time when the process stood still it is not live before the timer has said so', () => {
    const rig = new StreamRig().goLive();
    rig.clock.jump(25_000);
    expect(rig.stream.isLive()).toBe(false);
  });
});

describe('reconnecting', () => {
  test('waits 0.5, 1, 2, 5, 10 and then 30 s each time', () => {
    const rig = new StreamRig();
    const startedAt: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      while (rig.connections.length === i) rig.clock.fireNext(Number.MAX_SAFE_INTEGER);
      startedAt.push(rig.clock.now() - START);
      rig.connection.end('gone');
    }
    const waits = startedAt.slice(1).map((at, i) => at - startedAt[i]!);
    expect(waits).toEqual([500, 1_000, 2_000, 5_000, 10_000, 30_000, 30_000]);
  });

  test.each([
    ['60 s of life start the waits anew', 60_000, 500],
    ['less than that does not', 59_000, 2_000],
  ])('%s', (_, livedMs, waitMs) => {
    const rig = new StreamRig();
    rig.run(0);
    rig.connection.end('gone');
    rig.run(500);
    rig.connection.end('gone');
    rig.run(1_000);
    rig.connection.open();
    rig.connection.confirm();
    for (let lived = 0; lived < livedMs; lived += 1_000) {
      rig.run(1_000);
      rig.connection.ping();
    }
    rig.connection.end('gone');
    rig.run(waitMs - 1);
    expect(rig.connections.length).toBe(3);
    rig.run(1);
    expect(rig.connections.length).toBe(4);
  });

  test('subscribes to all that is wanted by then and says connected again', () => {
    const rig = new StreamRig().goLive(['A']);
    rig.connection.end('closed by the exchange (1006)');
    rig.stream.watch(['B']);
    rig.run(500);
    rig.connection.open();
    expect(rig.connection.sent.at(-1)!.params.market_tickers).toEqual(['B']);
    rig.connection.confirm();
    expect(rig.told).toEqual([['connected'], ['lost', 'closed by the exchange (1006)'], ['connected']]);
  });

  test('what the old connection still says is not heard', () => {
    const rig = new StreamRig().goLive(['A']);
    const old = rig.connection;
    rig.connection.frame({ type: 'error', msg: { code: 1, msg: 'Unable to process message' } });
    rig.takeTold();
    old.frame(snapshot(1, 'A', {}));
    old.ping();
    expect(rig.told).toEqual([]);
  });

  test('stopped, it tells nothing and does not come back', () => {
    const rig = new StreamRig().goLive(['A']);
    rig.takeTold();
    rig.stream.stop();
    expect([rig.connection.closedByUs, rig.stream.isLive()]).toEqual([true, false]);
    rig.run(600_000);
    expect([rig.told, rig.connections.length, rig.clock.nextDeadline()]).toEqual([[], 1, null]);
  });

  test('stopped in the wait for the next attempt, it does not come back', () => {
    const rig = new StreamRig();
    rig.run(0);
    rig.connection.end('gone');
    rig.stream.stop();
    rig.run(60_000);
    expect(rig.connections.length).toBe(1);
  });

  test('may be stopped from what it tells', () => {
    const rig: StreamRig = new StreamRig({ hears: () => rig.stream.stop() });
    rig.goLive(['A']);
    rig.connection.frame(snapshot(1, 'A', {}));
    rig.run(60_000);
    expect([rig.told, rig.connections.length]).toEqual([[['connected']], 1]);
  });
});

describe('error frames', () => {
  test('a refused subscription is lost with its reason', () => {
    const rig = new StreamRig();
    rig.run(0);
    rig.connection.open();
    rig.connection.frame({ id: 1, type: 'error', msg: { code: 9, msg: 'Authentication required' } });
    expect(rig.told).toEqual([['lost', 'error 9: Authentication required']]);
    rig.run(500);
    expect(rig.connections.length).toBe(2);
  });

  test('one that answers nothing is lost too; its words are cut and kept on one line', () => {
    const rig = new StreamRig().goLive();
    rig.connection.frame({ type: 'error', msg: { code: 1, msg: `a\nb\u0000${'c'.repeat(500)}` } });
    expect(rig.told.at(-1)).toEqual(['lost', `error 1: a b ${'c'.repeat(116)}`]);
  });

  test('without code or words it is lost as well', () => {
    const rig = new StreamRig().goLive();
    rig.connection.frame({ type: 'error' });
    expect(rig.told.at(-1)).toEqual(['lost', 'error without a code']);
  });

  test.each([10, 25])('%s ends one subscription: lost, subscribed anew, connected', (code) => {
    const rig = new StreamRig().goLive(['A']);
    rig.connection.frame(error(code, { sid: 2 }));
    expect([rig.stream.isLive(), rig.takeTold()]).toEqual([
      false,
      [['connected'], ['lost', `error ${code}: words`]],
    ]);
    expect(rig.connection.sent.map(({ cmd, params }) => [cmd, params.channels])).toEqual([
      ['subscribe', ['fill']],
    ]);
    rig.connection.confirm(9);
    expect([rig.stream.isLive(), rig.told]).toEqual([true, [['connected']]]);
    expect(rig.connections.length).toBe(1);
  });

  test('25 on the books drops them until the new subscription brings them', () => {
    const rig = new StreamRig().goLive(['A']);
    rig.connection.frame(snapshot(1, 'A', {}));
    rig.connection.frame(error(25, { sid: BOOK_SID, seq: 2 }));
    expect(rig.connection.sent.map(({ cmd, params }) => [cmd, params.market_tickers])).toEqual([
      ['subscribe', ['A']],
    ]);
    rig.takeTold();
    rig.run(5_000);
    rig.connection.ping();
    expect(rig.told).toEqual([]);
    rig.connection.confirm(9);
    rig.connection.frame({ ...snapshot(1, 'A', { yes: [['0.5000', '1.00']] }), sid: 9 });
    expect(rig.told.map(([name]) => name)).toEqual(['connected', 'book']);
  });

  test('10 without a sid ends all subscriptions', () => {
    const rig = new StreamRig().goLive(['A']);
    rig.connection.frame(error(10));
    expect(rig.connection.sent.map(({ params }) => params.channels![0])).toEqual([
      'orderbook_delta',
      'user_orders',
      'fill',
      'market_positions',
      'market_lifecycle_v2',
    ]);
  });

  test('the same subscription ended twice within 60 s takes the connection with it', () => {
    const rig = new StreamRig().goLive();
    rig.connection.frame(error(10, { sid: 2 }));
    rig.connection.confirm(9);
    rig.run(20_000);
    rig.connection.frame(error(10, { sid: 9 }));
    expect(rig.connection.closedByUs).toBe(true);
    expect(rig.told.slice(-2)).toEqual([['connected'], ['lost', 'error 10: words']]);
  });

  test('an error about a subscription given up before says nothing', () => {
    const rig = new StreamRig().goLive(['A']);
    rig.stream.watch([]);
    rig.connection.frame(error(25, { sid: BOOK_SID }));
    rig.connection.frame(error(1, { sid: BOOK_SID }));
    expect(rig.told).toEqual([['connected']]);
  });

  test('a refused update makes the books be subscribed to anew where none stands; a refused delete does nothing', () => {
    const rig = new StreamRig().goLive(['A', 'B']);
    rig.stream.watch(['B', 'C']);
    const [remove, add] = rig.connection.takeSent();
    rig.connection.frame(error(11, { id: remove!.id }));
    expect(rig.connection.sent).toEqual([]);
    rig.connection.frame(error(26, { id: add!.id }));
    expect(rig.connection.sent.map(({ cmd, params }) => [cmd, params.sids ?? params.market_tickers])).toEqual(
      [
        ['unsubscribe', [BOOK_SID]],
        ['subscribe', ['B', 'C']],
      ],
    );
    expect(rig.stream.isLive()).toBe(true);
    expect(rig.stream.counters()).toMatchObject({ refusals: 2, lastRefusal: 'error 26: words' });
  });

  test('a refused update leaves the books that stand alone; the others are asked for in their time', () => {
    const rig = new StreamRig().goLive(['A']);
    rig.connection.frame(snapshot(1, 'A', {}));
    rig.stream.watch(['A', 'C']);
    rig.connection.frame(error(26, { id: rig.connection.takeSent()[0]!.id }));
    expect(rig.connection.sent).toEqual([]);
    rig.run(5_000);
    expect(rig.connection.sent.map(({ params }) => [params.action, params.market_tickers])).toEqual([
      ['get_snapshot', ['C']],
    ]);
    expect(rig.stream.isLive()).toBe(true);
  });

  test('a sid that the exchange does not know any more is not unsubscribed from', () => {
    const rig = new StreamRig().goLive(['A']);
    rig.stream.watch(['A', 'B']);
    rig.connection.frame(error(7, { id: rig.connection.takeSent()[0]!.id }));
    expect(rig.connection.sent.map(({ cmd }) => cmd)).toEqual(['subscribe']);
  });
});
