type Call = { name: string; from: number; to: number };
type Method = (...given: unknown[]) => unknown;

/** Ports that measure their asynchronous calls between `begin` and `end`. */
export function watchCalls<P extends object>(ports: P) {
  let calls: Call[] = [];
  const timed = (name: string, method: Method): Method =>
    function (this: unknown, ...given) {
      const from = performance.now();
      const answer = method.apply(this, given);
      if (!(answer instanceof Promise)) return answer;
      const call = { name, from, to: Number.POSITIVE_INFINITY };
      calls.push(call);
      return answer.finally(() => {
        call.to = performance.now();
      });
    };
  const watched = Object.entries(ports).map(([name, port]) => [name, isObject(port) ? wrap(port, name, timed) : port]);
  return {
    ports: Object.fromEntries(watched) as P,
    begin() {
      calls = [];
    },
    end: () => ({
      calls: calls.map(({ name, from }) => ({ name, beside: namesUnderWay(calls, from) })),
      /** The time during which at least one call was running, in milliseconds. */
      critical: coveredBy(calls),
      /** The sum of all calls' times. */
      serial: calls.reduce((sum, { from, to }) => sum + to - from, 0),
    }),
  };
}

function isObject(port: unknown): port is Record<string, unknown> {
  return typeof port === 'object' && port !== null;
}

function wrap(port: Record<string, unknown>, name: string, timed: (name: string, method: Method) => Method) {
  const members = Object.entries(port).map(([member, value]) => [
    member,
    typeof value === 'function' ? timed(`${name}.${member}`, value as Method) : value,
  ]);
  return Object.fromEntries(members);
}

function namesUnderWay(calls: readonly Call[], at: number): string[] {
  return calls.filter(({ from, to }) => from < at && at < to).map(({ name }) => name);
}

/** The length of the union of the calls' times. */
function coveredBy(calls: readonly Call[]): number {
  let covered = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { from, to } of calls.toSorted((one, other) => one.from - other.from)) {
    covered += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return covered;
}
