import Table from 'cli-table3';

/** A table for people. The first column has names, the others have figures. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    style: { head: [], border: [] },
  });
  for (const row of rows) table.push([...row]);
  return table.toString();
}

/** The ratio of two numbers: `3.2×`. */
export function ratio(one: number, other: number): string {
  const times = one / other;
  return `${times.toFixed(times < 10 ? 2 : 0)}×`;
}

/** `1,234 ms`, `12.3 ms`. */
export function inMilliseconds(milliseconds: number): string {
  const digits = milliseconds < 100 ? 1 : 0;
  return `${milliseconds.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })} ms`;
}
