import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/** Schemas by name, and what others look like that refer to them. */
export interface SchemaBook {
  /** The named ones, by name. */
  components: Record<string, JsonSchema>;
  /** A reference to a named one, or the schema itself. Throws for one that the book does not have. */
  of(schema: z.ZodType): JsonSchema;
}

/** Turns schemas into JSON Schemas: `input` is what is taken, `output` what is answered. */
export function writeSchemas(
  io: 'input' | 'output',
  named: Readonly<Record<string, z.ZodType>>,
  others: readonly z.ZodType[],
): SchemaBook {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const unnamed = others.filter((schema) => !registry.has(schema));
  for (const [i, schema] of unnamed.entries()) registry.add(schema, { id: `${i}` });
  const { schemas } = z.toJSONSchema(registry, { io, uri: refTo });
  const written = (id: string): JsonSchema => {
    const { $schema: _, $id: __, ...schema } = schemas[id] as JsonSchema;
    return io === 'input' ? closed(schema) : schema;
  };
  return {
    components: Object.fromEntries(Object.keys(named).map((id) => [id, written(id)])),
    of: (schema) => {
      const id = registry.get(schema)?.id;
      if (id === undefined) throw new Error('a route has a schema that the description does not know');
      return id in named ? { $ref: refTo(id) } : written(id);
    },
  };
}

const refTo = (id: string): string => `#/components/schemas/${id}`;

/** A mapping takes no other keys than it names, and null in place of one that may be left out. */
function closed(schema: JsonSchema): JsonSchema {
  const properties = schema.properties as Record<string, JsonSchema> | undefined;
  if (properties === undefined) return schema;
  const required = (schema.required ?? []) as string[];
  const taken = Object.entries(properties).map(([key, property]) => [
    key,
    required.includes(key) ? property : { anyOf: [property, { type: 'null' }] },
  ]);
  return { ...schema, properties: Object.fromEntries(taken), additionalProperties: false };
}
