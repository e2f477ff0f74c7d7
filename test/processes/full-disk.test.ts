import { expect, test } from 'vitest';
import { injectedDisk, playFullDisk } from './disks.ts';
import { onStage } from './on-stage.ts';

test('a full disk: nothing is sent that is durable nowhere, it is said, and all goes on with room', {
  timeout: 480_000,
}, async () => {
  await onStage({ seed: 7, markets: 6, settles: false, postgres: null }, async (stage, folder) => {
    const { life, ended } = await playFullDisk(stage, injectedDisk(folder), 4_000);
    expect(ended).toBeNull();
    expect(life.log()).toMatch(/No space left on device/);
    await stage.settle(life);
    expect(stage.differences).toEqual([]);
  });
});
