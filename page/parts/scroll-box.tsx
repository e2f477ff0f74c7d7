import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** Scrolls sideways what is wider than its place; only then the keyboard stops at it. */
export function ScrollBox({ label, children }: { label: string; children: ComponentChildren }) {
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    const box = place.current!;
    const observer = new ResizeObserver(() => {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute('tabindex');
    });
    observer.observe(box);
    if (box.firstElementChild) observer.observe(box.firstElementChild);
    return () => observer.disconnect();
  }, []);
  return (
    <section class="scroll-box" aria-label={label} ref={place}>
      {children}
    </section>
  );
}
