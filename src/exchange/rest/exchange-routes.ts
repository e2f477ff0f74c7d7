import { easternText, weeklyPauseAt } from '../markets/calendar.ts';
import type { World } from '../world.ts';
import { timeText } from './render.ts';
import { type Answer, type Call, ok, openRoute } from './route.ts';
import { readTime } from './views.ts';

const SHARD_NAMES = ['default', 'combos', 'crypto', 'tennis and baseball'];
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

export const exchangeRoutes = [
  openRoute('/exchange/status', getStatus),
  openRoute('/exchange/schedule', getSchedule),
  openRoute('/exchange/user_data_timestamp', getUserDataTimestamp),
  openRoute('/historical/cutoff', getCutoff),
];

function getStatus({ world }: Call): Answer {
  return ok({
    ...statusOf(world, 0),
    ...(world.resumeAt === null ? {} : { exchange_estimated_resume_time: timeText(world.resumeAt) }),
    exchange_index_statuses: Object.keys(world.shards).map((index) => ({
      exchange_index: Number(index),
      description: SHARD_NAMES[Number(index)] ?? '',
      ...statusOf(world, Number(index)),
    })),
  });
}

function statusOf(world: World, index: number) {
  const { exchangeActive, tradingActive } = world.shards[index]!;
  return {
    exchange_active: exchangeActive,
    trading_active: exchangeActive && tradingActive && !world.inWeeklyPause,
    intra_exchange_transfers_active: exchangeActive,
  };
}

function getSchedule({ world, at }: Call): Answer {
  const { from, until } = weeklyPauseAt(at);
  const windows = [{ start_datetime: easternText(from), end_datetime: easternText(until) }];
  const allDay = [{ open_time: '00:00', close_time: '00:00' }];
  return ok({
    schedule: {
      standard_hours: [
        {
          start_time: timeText(world.startedAt),
          end_time: timeText(world.startedAt + 365 * 86_400_000),
          ...Object.fromEntries(DAYS.map((day) => [day, allDay])),
        },
      ],
      maintenance_windows: world.settings.weeklyPause ? windows : [],
    },
  });
}

/** The caller's own lag; without a key the longest there is. */
function getUserDataTimestamp({ world, caller }: Call): Answer {
  const accounts = caller ? [caller.account] : Object.keys(world.accounts);
  return ok({ as_of_time: timeText(Math.min(...accounts.map((account) => readTime(world, account)))) });
}

function getCutoff({ world, at }: Call): Answer {
  const { fillRetentionMs, orderRetentionMs } = world.settings;
  return ok({
    market_settled_ts: timeText(at - fillRetentionMs),
    trades_created_ts: timeText(at - fillRetentionMs),
    orders_updated_ts: timeText(at - orderRetentionMs),
  });
}
