/** A daemon in a process of its own: `daemon-main.ts CONFIG`. Says `ready URL` once it can be found; logs to stderr. */
import { runDaemon } from '../../src/daemon.ts';
import { loadConfig } from '../../src/services/config/load-config.ts';
import { createLog } from '../../src/services/log.ts';

const config = loadConfig({ file: process.argv[2]!, env: process.env });
const code = await runDaemon({
  config,
  log: createLog({ level: config.log.level }),
  onReady: ({ url }) => process.stdout.write(`ready ${url}\n`),
});
process.exit(code);
