import type { Method } from '../domain/method.ts';

/** Every version of every method that a position may name. */
export class KnownMethods {
  readonly #methods: Map<string, Method>;

  constructor(methods: readonly Method[]) {
    this.#methods = new Map(methods.map((method) => [keyOf(method), method]));
  }

  add(method: Method): void {
    this.#methods.set(keyOf(method), method);
  }

  all(): Method[] {
    return [...this.#methods.values()];
  }

  /** Throws when there is no such version. */
  find(name: string, version: number): Method {
    const method = this.#methods.get(keyOf({ name, version }));
    if (!method) throw new Error(`method ${name} version ${version} is not known`);
    return method;
  }
}

const keyOf = ({ name, version }: Pick<Method, 'name' | 'version'>): string => `${name}@${version}`;
