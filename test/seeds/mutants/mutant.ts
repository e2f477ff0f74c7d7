/** A text of the program as it stands there exactly once, and what a hurried hand would have written. */
export interface Edit {
  /** From the root: src/… */
  file: string;
  find: string;
  replace: string;
}

/** A deliberate bug that the simulation has to find. */
export interface Mutant {
  name: string;
  /** What was done wrong, in a sentence. */
  what: string;
  edits: readonly Edit[];
}

/** The file's source with the bug in it; the same where the bug is elsewhere. Throws unless each text is there exactly once. */
export function mutate({ name, edits }: Mutant, file: string, source: string): string {
  return edits
    .filter((edit) => edit.file === file)
    .reduce((text, { find, replace }) => {
      const parts = text.split(find);
      if (parts.length !== 2)
        throw new Error(`${name}: ${file} has ${parts.length - 1} times instead of once: ${find}`);
      return parts.join(replace);
    }, source);
}
