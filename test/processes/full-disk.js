/**
 * Loaded into a daemon before anything else, in each of its threads: while the file of POSTERN_TEST_FULL exists, the disk
 * of POSTERN_DATA_DIR takes nothing more: a file can be written over, and not grow.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { POSTERN_TEST_FULL: marker, POSTERN_DATA_DIR: folder } = process.env;
const root = `${fs.realpathSync(folder)}/`;
const { writeSync, ftruncateSync } = fs;

const isFull = () => fs.existsSync(marker);

const isBelow = (descriptor) => {
  try {
    return fs.readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(root);
  } catch {
    return false;
  }
};

function refuse(syscall) {
  const message = `ENOSPC: no space left on device, ${syscall}`;
  throw Object.assign(new Error(message), { errno: -28, code: 'ENOSPC', syscall });
}

function check(descriptor, end, syscall) {
  if (isFull() && isBelow(descriptor) && end > fs.fstatSync(descriptor).size) refuse(syscall);
}

fs.writeSync = (descriptor, data, offset, length, position, ...rest) => {
  const start = typeof position === 'number' ? position : fs.fstatSync(descriptor).size;
  check(descriptor, start + (length ?? data.length), 'write');
  return writeSync(descriptor, data, offset, length, position, ...rest);
};

fs.ftruncateSync = (descriptor, size = 0) => {
  check(descriptor, size, 'ftruncate');
  return ftruncateSync(descriptor, size);
};

const opened = await fs.promises.open(import.meta.filename ?? new URL(import.meta.url).pathname, 'r');
const handle = Object.getPrototypeOf(opened);
await opened.close();
const { write, writeFile } = handle;
handle.write = async function (data, offset, length, position) {
  check(this.fd, (position ?? fs.fstatSync(this.fd).size) + (length ?? data.length), 'write');
  return write.call(this, data, offset, length, position);
};
handle.writeFile = async function (data, options) {
  check(this.fd, data.length, 'write');
  return writeFile.call(this, data, options);
};
syncBuiltinESMExports();
