/** The operations of a daemon over a tree in virtual time, with a configuration that a test may rewrite. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadWithBlocks } from '../../src/services/config/load-config.ts';
import { assignVersions, methodsOf } from '../../src/services/config/methods.ts';
import { LiveOperations } from '../../src/services/live/live-operations.ts';
import { PriceHistories } from '../../src/services/live/price-histories.ts';
import { RulesInForce } from '../../src/services/live/rules-in-force.ts';
import { World, type WorldOptions } from './world.ts';

export class LiveRig {
  readonly world: World;
  readonly operations: LiveOperations;
  readonly rules: RulesInForce;
  readonly prices: PriceHistories;
  readonly levels: string[] = [];
  readonly #folder: string;

  private constructor(world: World, rules: RulesInForce, folder: string) {
    this.world = world;
    this.rules = rules;
    this.#folder = folder;
    const { store, clock, venue, postern } = world;
    this.prices = new PriceHistories({ watch: () => world.postern.watch(), log: { error: () => {} } });
    this.operations = new LiveOperations({
      tree: postern,
      store,
      clock,
      venue,
      ids: { next: () => 'n1' },
      cover: async () => {},
      rules,
      prices: this.prices,
      reload: () => loadWithBlocks({ file: join(folder, 'postern.yaml'), env: {} }),
      setLogLevel: (level) => this.levels.push(level),
    });
  }

  /** The methods of the configuration are stored with version 1, as the first start does. */
  static async open(text: string, options: WorldOptions = {}): Promise<LiveRig> {
    const folder = mkdtempSync(join(tmpdir(), 'postern-live-'));
    writeFileSync(join(folder, 'postern.yaml'), text);
    const loaded = loadWithBlocks({ file: join(folder, 'postern.yaml'), env: {} });
    const methods = assignVersions(methodsOf(loaded.config), []);
    const rules = new RulesInForce(loaded, methods);
    const world = await World.open({ ...options, methods, config: loaded.config });
    await world.pass(31);
    return new LiveRig(world, rules, folder);
  }

  /** What the file says from now on. */
  write(text: string): void {
    writeFileSync(join(this.#folder, 'postern.yaml'), text);
  }

  /** The journal's lines of one kind. */
  journal(kind: string) {
    return this.world.journal.filter((entry) => entry.kind === kind);
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
