import { S3Client } from '@aws-sdk/client-s3';

/** How often an operation was called, including refused attempts, and how many units it used. */
export type Calls = { service: string; operation: string; calls: number; units: number };

type Handler = (args: { input: Record<string, unknown> }) => Promise<{ output?: object }>;
type Context = { clientName?: string; commandName?: string };
type Middleware = (next: Handler, context: Context) => Handler;
type Stack = { add(middleware: Middleware, options: object): void };
type Client = { middlewareStack: Stack; send(...given: unknown[]): unknown };

type Consumed = { ConsumedCapacity?: { CapacityUnits?: number } };
type Invalidation = { InvalidationBatch?: { Paths?: { Quantity?: number } } };

/**
 * Counts the calls of every SDK client in this process, with a middleware that is added when a client first sends. For
 * DynamoDB, `units` are the capacity units of the table without its indexes, as the stand-in reports them. For an
 * invalidation, they are its paths.
 * @returns `calls`, the counts since `begin`
 */
export function watchClients() {
  const counted = new Map<string, Calls>();
  const watched = new WeakSet<Stack>();
  const base = Object.getPrototypeOf(S3Client.prototype) as Client;
  const plainSend = base.send;
  base.send = function (this: Client, ...given) {
    if (!watched.has(this.middlewareStack)) {
      watched.add(this.middlewareStack);
      this.middlewareStack.add(askForUnits, { name: 'askForUnits', step: 'initialize', priority: 'high' });
      this.middlewareStack.add(countInto(counted), { name: 'countCalls', step: 'finalizeRequest', priority: 'low' });
    }
    return plainSend.apply(this, given);
  };
  return {
    begin: () => counted.clear(),
    calls: (): Calls[] => [...counted.values()].map((one) => ({ ...one })),
    stop() {
      base.send = plainSend;
    },
  };
}

const askForUnits: Middleware =
  (next, { clientName }) =>
  (args) => {
    if (clientName?.startsWith('DynamoDB')) args.input.ReturnConsumedCapacity = 'TOTAL';
    return next(args);
  };

/**
 * Counts each attempt, because AWS bills it. It does not count a receive without messages: their number depends on time
 * and not on deletions.
 */
function countInto(counted: Map<string, Calls>): Middleware {
  return (next, { clientName = '', commandName = '' }) =>
    async (args) => {
      const result = await next(args);
      if (isEmptyReceive(commandName, result.output)) return result;
      const service = clientName.replace(/(Document)?Client$/, '');
      const operation = commandName.replace(/Command$/, '');
      const known = counted.get(`${service} ${operation}`) ?? { service, operation, calls: 0, units: 0 };
      known.calls += 1;
      known.units += unitsOf(args.input, result.output);
      counted.set(`${service} ${operation}`, known);
      return result;
    };
}

function unitsOf(input: object, output: object | undefined): number {
  const paths = (input as Invalidation).InvalidationBatch?.Paths?.Quantity ?? 0;
  return paths + ((output as Consumed | undefined)?.ConsumedCapacity?.CapacityUnits ?? 0);
}

function isEmptyReceive(commandName: string, output: object | undefined): boolean {
  return commandName === 'ReceiveMessageCommand' && !(output as { Messages?: unknown[] } | undefined)?.Messages?.length;
}
