import { type ErrorFault, suffer } from './faults.ts';
import type { TransactionStatus } from './postgres-messages.ts';
import { createMessageReader, errorMessages, type Message, nameOfStatement, statementIn } from './postgres-messages.ts';
import type { Front, ProcessGate } from './process-gate.ts';
import { type Joined, startTcpFront } from './tcp-front.ts';

/** `too_many_connections`, `internal_error`, `cannot_connect_now`, `insufficient_privilege`. */
const SQL_STATES: Record<ErrorFault, string> = { throttled: '53300', 500: 'XX000', 503: '57P03', refused: '42501' };
/** After these the server closes the connection. */
const FATAL: readonly ErrorFault[] = ['throttled', '503'];

/** A door to PostgreSQL that tells its statements apart and lets them suffer what they must. Without TLS. */
export async function startPostgresFront(databaseUrl: string, gate: ProcessGate): Promise<Front> {
  const { port, ...front } = await startTcpFront(new URL(databaseUrl), gate, (joined) => join(joined, gate));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port}`;
  return { ...front, url: url.href };
}

/** Connecting, or one statement: what the client sends until it waits for the server to be ready. */
type Exchange = { operation: string; bytes: Buffer };

function join({ client, server }: Joined, gate: ProcessGate): void {
  const answers = readAnswers(server);
  const takeExchange = createExchangeReader();
  const readClient = createMessageReader({ startup: true });
  client.on('data', (chunk) => {
    for (const message of readClient(chunk)) {
      if (message.type === 'X') return void server.end(message.bytes);
      const exchange = takeExchange(message);
      if (exchange) void pass(exchange, { client, server }, { answers, gate }).catch(() => client.destroy());
    }
  });
}

/** A client sends its next statement when the server is ready, so there is one at a time. */
async function pass(
  { operation, bytes }: Exchange,
  { client, server }: Joined,
  { answers, gate }: { answers: Answers; gate: ProcessGate },
): Promise<void> {
  const effect = (): Promise<Buffer> => {
    server.write(bytes);
    return answers.next();
  };
  const fault = gate.meet('Postgres', operation);
  if (!fault) return void client.write(await effect());
  await suffer(fault, {
    effect,
    error: (error) => {
      const isFatal = operation === CONNECT || FATAL.includes(error);
      const answer = errorMessages(SQL_STATES[error], isFatal ? undefined : failedIn(answers.status()));
      if (isFatal) client.end(answer);
      else client.write(answer);
    },
    cut: () => void client.resetAndDestroy(),
    stop: gate.end,
  });
}

const CONNECT = 'connect';

function createExchangeReader(): (message: Message) => Exchange | undefined {
  let sent: Message[] = [];
  return (message) => {
    sent.push(message);
    if (!['', 'Q', 'S'].includes(message.type)) return undefined;
    const [statement] = sent.flatMap((one) => statementIn(one) ?? []);
    const bytes = Buffer.concat(sent.map((one) => one.bytes));
    sent = [];
    return { operation: statement === undefined ? CONNECT : nameOfStatement(statement), bytes };
  };
}

type Answers = { next(): Promise<Buffer>; status(): TransactionStatus };

/** Collects what the server says until it is ready. */
function readAnswers(server: Joined['server']): Answers {
  const readServer = createMessageReader({ startup: false });
  let collected: Buffer[] = [];
  let status: TransactionStatus = 'I';
  let waiting: PromiseWithResolvers<Buffer> | undefined;
  const hand = () => {
    waiting?.resolve(Buffer.concat(collected));
    waiting = undefined;
    collected = [];
  };
  server.on('data', (chunk) => {
    for (const { type, bytes } of readServer(chunk)) {
      collected.push(bytes);
      if (type !== 'Z') continue;
      status = bytes.toString('latin1', 5, 6) as TransactionStatus;
      hand();
    }
  });
  server.on('close', () => waiting?.reject(new Error('The server closed the connection')));
  return {
    next() {
      waiting = Promise.withResolvers();
      return waiting.promise;
    },
    status: () => status,
  };
}

/** A statement that fails in a transaction fails the transaction. */
function failedIn(status: TransactionStatus): TransactionStatus {
  return status === 'I' ? 'I' : 'E';
}
