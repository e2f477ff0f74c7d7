/** Decimal texts as the daemon says them, for people. What is missing is a dash, never a zero. */
const MISSING = '–';

const strip = (text: string, least: number): string => {
  const [whole = '', decimals = ''] = text.split('.');
  const kept = decimals.slice(0, least) + decimals.slice(least).replace(/0+$/, '');
  return kept === '' ? whole : `${whole}.${kept}`;
};

const minus = (text: string): string => text.replace(/^-/, '−');

/** `0.5600` → `$0.56`, `0.5625` → `$0.5625` */
export const priceText = (price: string | null): string =>
  price === null ? MISSING : minus(`${price.startsWith('-') ? '-' : ''}$${strip(price.replace('-', ''), 2)}`);

/** `100.00` → `100` */
export const quantityText = (quantity: string | null): string =>
  quantity === null ? MISSING : minus(strip(quantity, 0));

/** `-1.254000` → `−$1.25`; what is less than a cent is said as such. */
export function moneyText(money: string | null): string {
  if (money === null) return MISSING;
  const value = Number(money);
  if (value !== 0 && Math.abs(value) < 0.005) return value < 0 ? '−<$0.01' : '<$0.01';
  const amount = Math.abs(value).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `${value < 0 ? '−' : ''}$${amount}`;
}

/** `-0.066667` → `−6.7 %`, with a plus for a gain. */
export function percentText(fraction: string | null): string {
  if (fraction === null) return MISSING;
  const value = Number(fraction) * 100;
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(1)} %`;
}

/** A gain or a loss: its sign is said by a sign and an arrow, not by colour alone. */
export function Gain({ money, fraction }: { money: string | null; fraction?: string | null }) {
  if (money === null) return <span class="muted">{MISSING}</span>;
  const value = Number(money);
  const tone = value > 0 ? 'gain' : value < 0 ? 'loss' : 'even';
  return (
    <span class={tone}>
      <span aria-hidden="true">{value > 0 ? '▲ ' : value < 0 ? '▼ ' : ''}</span>
      {value > 0 ? '+' : ''}
      {moneyText(money)}
      {fraction !== undefined && fraction !== null && ` (${percentText(fraction)})`}
    </span>
  );
}
