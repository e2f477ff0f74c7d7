import './meter.css';

interface MeterProps {
  label: string;
  /** Of the whole, from 0 to 1; more is drawn as the whole. Null: not known. */
  share: number | null;
  text: string;
}

/** A share as a bar, where little is good; the words beside it say the same. */
export function Meter({ label, share, text }: MeterProps) {
  return (
    <meter
      class="meter"
      aria-label={label}
      aria-valuetext={text}
      min={0}
      max={1}
      low={0.75}
      high={0.99}
      optimum={0}
      value={share ?? 0}
    />
  );
}
