import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/exchange/exchange.ts';
import { CANCEL, CLOSED, crash, ending, forceExit, nested, PLACE, raised, watching } from './rig.ts';

const ALWAYS = 'always' as const;

describe.each([
  ['polling', false],
  ['streaming', true],
])('an order that neither ends nor can be found out is said within minutes, %s', (_, streaming) => {
  it.each<[string, Action, string[]]>([
    [
      'orders are never answered',
      { type: 'fault.html', match: { ...PLACE, times: ALWAYS }, status: 503 },
      ['raised warning api_errors'],
    ],
    [
      'fills can not be read',
      { type: 'fault.html', match: { method: 'GET', path: '/portfolio/fills', times: ALWAYS }, status: 503 },
      [],
    ],
  ])('%s', async (__, fault, beside) => {
    const world = await watching({ streaming });
    world.act(fault);
    crash(world);
    await world.pass(150);
    expect(raised(world).toSorted()).toEqual(['raised critical order_in_doubt a1', ...beside]);
    world.act({ type: 'fault.clear' });
    await world.pass(90);
    expect(await ending(world)).toEqual(CLOSED);
    await world.pass(300);
    expect(await world.store.alerts({ open: true })).toEqual([]);
  });

  it.each<[string, Action]>([
    [
      '404',
      { type: 'fault.refuse', match: { ...CANCEL, times: ALWAYS }, status: 404, error: nested('not_found') },
    ],
    [
      '400',
      {
        type: 'fault.refuse',
        match: { ...CANCEL, times: ALWAYS },
        status: 400,
        error: nested('invalid_parameters'),
      },
    ],
  ])('a cancel is refused with %s for ever', async (__, fault) => {
    const world = await watching({ streaming });
    world.act(fault);
    forceExit(world, 'LOW');
    await world.pass(10);
    crash(world);
    await world.pass(150);
    expect(raised(world)).toEqual(['raised critical order_in_doubt a1']);
    world.act({ type: 'fault.clear' });
    await world.pass(90);
    expect(await ending(world)).toEqual(CLOSED);
    await world.pass(300);
    expect(await world.store.alerts({ open: true })).toEqual([]);
  });
});
