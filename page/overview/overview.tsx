export function Overview() {
  return <h1>Positions</h1>;
}
