/** How a call ended. */
export type CallEnd = { answer: unknown } | { error: unknown };

/**
 * The same object; each call of the methods named is told when it begins, and how it ends to what `begin` returns.
 * Neither may throw.
 */
export function observeCalls<T extends object, K extends keyof T & string>(
  target: T,
  names: readonly K[],
  begin: (name: K, args: readonly unknown[]) => (end: CallEnd) => void,
): T {
  const observed = new Set<PropertyKey>(names);
  return new Proxy(target, {
    get(object, name) {
      const member: unknown = Reflect.get(object, name, object);
      if (typeof member !== 'function') return member;
      if (!observed.has(name)) return member.bind(object);
      return async (...args: unknown[]) => {
        const end = begin(name as K, args);
        try {
          const answer: unknown = await member.apply(object, args);
          end({ answer });
          return answer;
        } catch (error) {
          end({ error });
          throw error;
        }
      };
    },
  });
}
