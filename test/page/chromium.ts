import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PACKAGE = fileURLToPath(new URL('../../', import.meta.resolve('@sparticuz/chromium')));
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
const SYSTEM_FONTS = '/etc/fonts/fonts.conf';

/** How to start the Chromium that npm brought. */
export interface ChromiumProgram {
  executablePath: string;
  env: Record<string, string>;
}

/** Unpacks Chromium where that was not done since `npm ci`, and finds out what this machine lacks for it. */
export async function findChromium(): Promise<ChromiumProgram> {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  const folder = join(CACHE, `chromium-${version}`);
  if (!existsSync(folder)) await unpack(folder);
  const executablePath = join(folder, 'chromium');
  const fonts = existsSync(SYSTEM_FONTS) ? {} : { FONTCONFIG_FILE: join(folder, 'fonts.conf') };
  const libraries = { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') };
  for (const lacking of [fonts, { ...fonts, ...libraries }]) {
    const env = { ...inherited(), ...lacking };
    if (spawnSync(executablePath, ['--version'], { env }).status === 0) return { executablePath, env };
  }
  const { stderr } = spawnSync(executablePath, ['--version'], { env: { ...inherited(), ...libraries } });
  throw new Error(`Chromium does not start on this machine: ${stderr}`);
}

/** Into a folder of our own first: whoever else unpacks at the same time never sees half of it. */
async function unpack(folder: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const own = mkdtempSync(`${folder}-`);
  const script = `import chromium from '@sparticuz/chromium'; await chromium.executablePath();`;
  // The package unpacks into TMPDIR, and its libraries only where it believes to be on AWS.
  const env = { ...inherited(), TMPDIR: own, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: PACKAGE, env });
  writeFileSync(join(own, 'fonts.conf'), fontsConfig(join(folder, 'fonts', 'fonts')));
  try {
    renameSync(own, folder);
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

const fontsConfig = (folder: string): string =>
  `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${folder}</dir><cachedir>${folder}/cache</cachedir></fontconfig>
`;

function inherited(): Record<string, string> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return env as Record<string, string>;
}
