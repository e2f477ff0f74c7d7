/** A sentence of the daemon in which commands stand in backticks. */
export function Prose({ text }: { text: string }) {
  return (
    <>{text.split('`').map((part, place) => (place % 2 === 1 ? <code key={place}>{part}</code> : part))}</>
  );
}
