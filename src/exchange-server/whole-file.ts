import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';

/** Writes a file for its owner alone; a kill at any moment leaves the old or the new one whole. Back when the disk has it. */
export function writeWholeFile(file: string, content: string): void {
  const scratch = `${file}.new`;
  const descriptor = openSync(scratch, 'w', 0o600);
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(scratch, file);
}
