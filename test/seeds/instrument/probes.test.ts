import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, transform as transpile } from 'esbuild';
import { afterEach, describe, expect, it } from 'vitest';
import { priceWalk } from '../../../src/domain/exit-pricing.ts';
import { CENT_GRID } from '../../../src/domain/market.ts';
import { mulDivCeil } from '../../../src/domain/money.ts';
import { defaultMethod } from '../../support/domain-builders.ts';
import { probeDomain, probeDomainFile } from './domain.ts';
import { probeFunctions } from './probes.ts';

const DOMAIN = fileURLToPath(new URL('../../../src/domain/', import.meta.url));
const files = readdirSync(DOMAIN).filter((name) => name.endsWith('.ts'));
const read = (name: string): string => readFileSync(`${DOMAIN}${name}`, 'utf8');

const probesIn = (code: string): string[] =>
  [...code.matchAll(/__probes\?\.call\?\.\('([^']+)'\)/g)].map(([, name]) => name!);

/** As esbuild prints a module: what stands at the left edge and has parameters is a function of the module. */
async function countFunctions(source: string): Promise<number> {
  const { code } = await transpile(source, { loader: 'ts' });
  const declared = /^(?:export )?(?:async )?function\*? /gm;
  const arrows = /^(?:export )?const \w+ = (?:async )?(?:\([^;]*?\)|\w+) => /gm;
  return [...code.matchAll(declared), ...code.matchAll(arrows)].length;
}

describe('probes', () => {
  it.each(files)('%s: one in each function, and it is TypeScript still', async (name) => {
    const source = read(name);
    const probed = probeFunctions(source, name);
    const probes = probesIn(probed);
    expect(probes.length).toBe(await countFunctions(source));
    expect(new Set(probes).size).toBe(probes.length);
    expect(probed.split('\n').length).toBe(source.split('\n').length);
    await expect(transpile(probed, { loader: 'ts' })).resolves.toBeDefined();
  });

  it('stand in functions of every form', () => {
    const source = `function a(x: string): void;
function a(x: unknown): void { use(x); }
export async function* b() {
  yield 1;
}
export const c = (x: unknown): x is string => typeof x === 'string', d = ({ y }: { y: number }) => ({ y });
const e = async (): Promise<void> => {};
class F { constructor() {} g(): void { use(this); } }
const h = 'é', i = [() => 1];
`;
    const probe = (name: string): string => `__probes?.call?.('f.ts:${name}')`;
    const shared = 'var __probes = (globalThis.__posternProbes ??= { call: undefined });';
    expect(probeFunctions(source, 'f.ts')).toBe(`${shared} function a(x: string): void;
function a(x: unknown): void { ${probe('a')}; use(x); }
export async function* b() { ${probe('b')};
  yield 1;
}
export const c = (x: unknown): x is string => (${probe('c')}, typeof x === 'string'), d = ({ y }: { y: number }) => ((${probe('d')}, { y }));
const e = async (): Promise<void> => { ${probe('e')};};
class F { constructor() { ${probe('F.constructor')};} g(): void { ${probe('F.g')}; use(this); } }
const h = 'é', i = [() => 1];
`);
  });

  it('are for the domain alone', () => {
    expect(probeDomainFile('/x/src/machines/order-machine.ts', 'export function a() {}')).toBeNull();
    expect(probeDomainFile('file:///x/src/domain/a.ts?t=1', 'export function a() {}')).toContain("'a.ts:a'");
    const { transform } = probeDomain();
    expect(transform('const a = () => 1;', '/x/src/domain/a.ts')?.code).toContain("'a.ts:a'");
    expect(transform('const a = () => 1;', '/x/test/domain/a.test.ts')).toBeNull();
  });
});

/** The domain's prices and money, loaded with probes. */
async function loadProbed(): Promise<{ priceWalk: typeof priceWalk; mulDivCeil: typeof mulDivCeil }> {
  const { outputFiles } = await build({
    stdin: {
      contents: "export { priceWalk } from './exit-pricing.ts'; export { mulDivCeil } from './money.ts';",
      resolveDir: DOMAIN,
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    plugins: [
      {
        name: 'probes',
        setup({ onLoad }) {
          onLoad({ filter: /src\/domain\// }, ({ path }) => ({
            contents: probeDomainFile(path, readFileSync(path, 'utf8'))!,
            loader: 'ts',
          }));
        },
      },
    ],
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0]!.contents).toString('base64')}`);
}

describe('the domain with probes', () => {
  afterEach(() => {
    globalThis.__posternProbes!.call = undefined;
  });

  const quote = { bid: 4000, bidSize: 100, ask: 4200, askSize: 100, observedAt: 0 };
  const input = { quote, lastMark: 4000, grid: CENT_GRID, numbers: defaultMethod().numbers };

  it('does what it does without', async () => {
    const probed = await loadProbed();
    for (let price = 3700; price < 4700; price += 100)
      expect(probed.priceWalk(price, 1, 3950, input)).toBe(priceWalk(price, 1, 3950, input));
    expect(probed.mulDivCeil(-7, 3, 2)).toBe(mulDivCeil(-7, 3, 2));
  });

  it('tells the probe of each call, and throws what the probe throws', async () => {
    const probed = await loadProbed();
    const calls: string[] = [];
    globalThis.__posternProbes!.call = (where) => void calls.push(where);
    probed.mulDivCeil(7, 3, 2);
    expect(calls).toEqual(['money.ts:mulDivCeil', 'money.ts:mulDivFloor']);
    globalThis.__posternProbes!.call = (where) => {
      throw new Error(where);
    };
    expect(() => probed.priceWalk(4000, 1, null, input)).toThrow('exit-pricing.ts:priceWalk');
  });
});
