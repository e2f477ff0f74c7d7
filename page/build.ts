import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const place = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const OUT = place('../dist/page');
/** A daemon that runs serves the last page until the new one is whole. */
const SCRATCH = `${OUT}.${process.pid}`;

await mkdir(SCRATCH, { recursive: true });
await build({
  entryPoints: { page: place('main.tsx'), 'chart-layout': place('statechart/layout-worker.ts') },
  outdir: SCRATCH,
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  sourcemap: 'linked',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'linked',
});
for (const file of ['index.html', 'icon.svg']) await cp(place(file), `${SCRATCH}/${file}`);
await rm(OUT, { recursive: true, force: true });
await rename(SCRATCH, OUT);
