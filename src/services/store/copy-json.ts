/** A deep copy with JSON's semantics (undefined properties are dropped), several times as fast as structuredClone. */
export function copyJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => copyJson(item ?? null)) as T;
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    const field = value[key];
    if (field !== undefined) copy[key] = typeof field === 'object' ? copyJson(field) : field;
  }
  return copy as T;
}
