import type { Method } from '../../domain/method.ts';
import type { AdoptionRules } from '../adoption/adopt-holding.ts';
import { LiveConfig, type Reloading } from '../config/live-config.ts';
import type { LoadedConfig } from '../config/load-config.ts';

/** The configuration and the latest version of each of its methods, as they count for what begins now. */
export class RulesInForce {
  readonly config: LiveConfig;
  #methods: readonly Method[];

  constructor(loaded: LoadedConfig, methods: readonly Method[]) {
    this.config = new LiveConfig(loaded);
    this.#methods = methods;
  }

  get methods(): readonly Method[] {
    return this.#methods;
  }

  readonly adoption = (): AdoptionRules => ({
    methods: this.#methods,
    adoption: this.config.config.adoption,
  });

  /** From now on these count. */
  replace(reloading: Reloading, methods: readonly Method[]): void {
    this.config.adopt(reloading);
    this.#methods = methods;
  }
}
