/** A daemon in a process of its own: `daemon-main.ts CONFIG`. Says `ready URL` once it can be found; logs to stderr. */
import { runDaemon } from '../../src/daemon.ts';
import { loadWithBlocks } from '../../src/services/config/load-config.ts';
import { createLog } from '../../src/services/log/log.ts';

const read = () => loadWithBlocks({ file: process.argv[2]!, env: process.env });
const loaded = read();
const log = createLog({ level: loaded.config.log.level });
const code = await runDaemon({
  ...loaded,
  reload: read,
  log,
  setLogLevel: (level) => {
    log.level = level;
  },
  onReady: ({ url }) => process.stdout.write(`ready ${url}\n`),
});
process.exit(code);
