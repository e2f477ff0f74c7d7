export function PositionPage({ id }: { id: string }) {
  return <h1>{id}</h1>;
}
