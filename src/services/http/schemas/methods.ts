import { z } from 'zod';
import type { SettingChange } from '../../../domain/method-change.ts';
import type { PlainValue } from '../../config/tree.ts';
import type {
  MethodChanged,
  MethodComparison,
  MethodDetail,
  MethodView,
  Reloaded,
} from '../../operations/method-operations.ts';
import { positionView } from './positions.ts';
import { count, number, view } from './values.ts';

const settingChange = view<SettingChange>()(
  z.object({ path: z.string(), from: z.string().nullable(), to: z.string().nullable() }),
);

const setting: z.ZodType<PlainValue> = z.lazy(() =>
  z.union([z.string(), z.array(setting), z.record(z.string(), setting)]),
);

export const methodView = view<MethodView>()(
  z.object({
    name: z.string(),
    version: number,
    position: z.string().nullable(),
    configured: z.boolean(),
    open: z.array(z.object({ version: number, positions: count })),
  }),
);

export const methodDetail = view<MethodDetail>()(
  z.object({
    name: z.string(),
    version: number,
    latest: number,
    open: z.array(z.string()),
    settings: z.record(z.string(), setting),
  }),
);

export const methodComparison = view<MethodComparison>()(
  z.object({ from: z.string(), to: z.string(), settings: z.array(settingChange) }),
);

export const methodChanged = view<MethodChanged>()(methodComparison.extend({ position: positionView }));

export const reloaded = view<Reloaded>()(
  z.object({
    changed: z.array(settingChange),
    needs_restart: z.array(settingChange),
    methods: z.array(z.object({ name: z.string(), from: number.nullable(), to: number })),
  }),
);

/** Of the schemas here, those that the API's description names. */
export const METHOD_VIEWS = {
  MethodView: methodView,
  MethodDetail: methodDetail,
  MethodComparison: methodComparison,
  MethodChanged: methodChanged,
  Reloaded: reloaded,
  Setting: setting,
  SettingChange: settingChange,
};
