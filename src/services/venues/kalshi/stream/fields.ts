import { z } from 'zod';
import { orNull, unixMs } from '../wire/numbers.ts';

/** A field that may be missing or null: null then. */
export const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform(orNull);

export const natural = z.int().nonnegative();

/** The exchange's time in ms; null when it says none that can be one. */
export const optionalTime = optional(unixMs).catch(null);
