import { Moment } from '../parts/times.tsx';

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** `clientId`, `limit_price` → `client id`, `limit price` */
const inWords = (key: string): string =>
  key
    .replaceAll('_', ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();

/** What a line of the journal keeps, by name. */
export function FactList({ facts }: { facts: Record<string, unknown> }) {
  return (
    <dl class="fact-list">
      {Object.entries(facts).map(([key, value]) => (
        <div key={key}>
          <dt>{inWords(key)}</dt>
          <dd>
            <FactValue name={key} value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function FactValue({ name, value }: { name: string; value: unknown }) {
  if (value === null || value === undefined) return <>–</>;
  if (typeof value === 'number' && /At$/.test(name)) return <Moment at={new Date(value).toISOString()} />;
  if (typeof value === 'string' && INSTANT.test(value)) return <Moment at={value} />;
  if (typeof value === 'boolean') return <>{value ? 'yes' : 'no'}</>;
  if (Array.isArray(value))
    return value.length === 0 ? (
      <>none</>
    ) : (
      <ul>
        {value.map((item, index) => (
          <li key={String(index)}>
            <FactValue name={name} value={item} />
          </li>
        ))}
      </ul>
    );
  if (typeof value !== 'object') return <>{String(value)}</>;
  if (isChange(value)) return <>{`${value.path}: ${value.from ?? '–'} → ${value.to ?? '–'}`}</>;
  return <FactList facts={value as Record<string, unknown>} />;
}

/** A setting of the method that was changed. */
const isChange = (value: object): value is { path: string; from: string | null; to: string | null } =>
  'path' in value && 'from' in value && 'to' in value;
