/** Which files get probes, and the plugin that gives them to Vitest. */
import { probeFunctions } from './probes.ts';

const DOMAIN = /\/src\/domain\/([^?]+\.ts)(?:\?.*)?$/;

/** A file of the domain with its probes; null for any other. `path` is its path or URL. */
export function probeDomainFile(path: string, source: string): string | null {
  const name = DOMAIN.exec(path)?.[1];
  return name === undefined ? null : probeFunctions(source, name);
}

/** For `plugins` in a Vitest project: its tests get the domain with probes. */
export const probeDomain = () => ({
  name: 'probe-domain',
  enforce: 'pre' as const,
  transform(source: string, id: string) {
    const code = probeDomainFile(id, source);
    return code === null ? null : { code, map: null };
  },
});
