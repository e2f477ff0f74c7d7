/** A child process that locks a data folder, says `locked`, and keeps it until killed. */
import { lockFolder } from '../../src/services/store/folder-lock.ts';

await lockFolder(process.argv[2]!);
process.stdout.write('locked\n');
setInterval(() => {}, 60_000);
