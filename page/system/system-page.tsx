export function SystemPage({ machine }: { machine: string | null }) {
  return <h1>{machine ?? 'System'}</h1>;
}
