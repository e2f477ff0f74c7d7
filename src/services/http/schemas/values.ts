import { z } from 'zod';
import { CONFIDENCES, PRIORITIES } from '../../../domain/method.ts';

/**
 * Says that a schema describes a type, no more and no less: where one of them changes without the other, it does not
 * compile.
 */
export const view =
  <T>() =>
  <S extends z.ZodType<T>>(schema: S, ..._same: [T] extends [z.output<S>] ? [] : [never]): S =>
    schema;

const decimals = (pattern: RegExp, description: string, example: string) =>
  z
    .string()
    .regex(pattern)
    .meta({ description, examples: [example] });

export const price = decimals(/^-?\d+\.\d{4}$/, 'dollars per contract, exact to 0.0001', '0.5600');
export const quantity = decimals(/^-?\d+\.\d{2}$/, 'contracts, exact to 0.01', '10.00');
export const money = decimals(/^-?\d+\.\d{6}$/, 'dollars, exact to 0.000001', '-1.250000');
export const fraction = decimals(/^-?\d+\.\d{6}$/, 'a fraction: 0.150000 is 15 %', '0.150000');
export const seconds = decimals(/^-?\d+\.\d{3}$/, 'seconds, exact to 0.001', '1.250');
export const instant = z.iso.datetime({ precision: 3 }).meta({
  description: 'ISO 8601 in UTC',
  examples: ['2026-02-08T19:12:49.000Z'],
});
export const count = z.int().min(0);
export const number = z.int().min(1);
export const side = z.enum(['yes', 'no']);
export const confidence = z.enum(CONFIDENCES);
export const priority = z.enum(PRIORITIES);
export const facts = z.record(z.string(), z.unknown()).meta({
  description: 'facts that depend on the kind; decimals are texts',
});
