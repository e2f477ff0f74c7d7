import type { ComponentChildren } from 'preact';

interface NoteProps {
  kind: 'empty' | 'loading' | 'error';
  title: string;
  children?: ComponentChildren;
}

/** Stands where there is nothing to show yet, or nothing at all, or where it can't be shown. */
export function Note({ kind, title, children }: NoteProps) {
  return (
    <div
      class={`note note-${kind}`}
      role={kind === 'error' ? 'alert' : 'status'}
      aria-busy={kind === 'loading'}
    >
      <p class="note-title">{title}</p>
      {children && <div class="muted">{children}</div>}
    </div>
  );
}
