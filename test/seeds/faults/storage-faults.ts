/** What the database and the file beside it do wrong. */
import { SECOND } from '../../support/domain-builders.ts';
import type { Hour } from '../hour.ts';
import type { Strike } from './catalogue.ts';

export const STORAGE_FAULTS = {
  'commit fails before': (hour) => {
    hour.database.next = 'fails before';
    return 5 * SECOND;
  },
  'commit fails after': (hour) => {
    hour.database.next = 'fails after';
    return 5 * SECOND;
  },
  'commit is not answered': (hour) => {
    hour.database.next = 'hangs after';
    return 60 * SECOND;
  },
  'database out of order': (hour, draw) => {
    if (hour.database.outage !== null) return null;
    const forMs = draw.between(2, 180) * SECOND;
    hour.database.outage = draw.pick(['refuses', 'refuses', 'hangs']);
    hour.clock.setTimeout(() => {
      hour.database.outage = null;
    }, forMs);
    return forMs + 60 * SECOND;
  },
  'disk full': (hour, draw) => {
    const disk = hour.disks[hour.life.machine];
    const forMs = draw.between(5, 60) * SECOND;
    disk.isFull = true;
    hour.clock.setTimeout(() => {
      disk.isFull = false;
    }, forMs);
    return forMs + 60 * SECOND;
  },
} satisfies Record<string, Strike>;

export function endStorageFaults(hour: Hour): void {
  hour.database.next = null;
}
