/** A message of PostgreSQL's protocol: its type (empty for the first of a connection) and all of its bytes. */
export type Message = { type: string; bytes: Buffer };

/** Cuts a stream into messages. `startup`: the first one has no type, as those of a client. */
export function createMessageReader({ startup }: { startup: boolean }): (chunk: Buffer) => Message[] {
  let rest = Buffer.alloc(0);
  let isStartup = startup;
  return (chunk) => {
    const messages: Message[] = [];
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const typeLength = isStartup ? 0 : 1;
      if (rest.length < typeLength + 4) return messages;
      const end = typeLength + rest.readInt32BE(typeLength);
      if (rest.length < end) return messages;
      messages.push({ type: rest.toString('latin1', 0, typeLength), bytes: rest.subarray(0, end) });
      rest = rest.subarray(end);
      isStartup = false;
    }
  };
}

/** What the server says of itself when it is ready: `I` outside a transaction, `T` in one, `E` in a failed one. */
export type TransactionStatus = 'I' | 'T' | 'E';

/** The server's answer to a statement that it refuses; with `readyAs`, the connection goes on. */
export function errorMessages(sqlState: string, readyAs?: TransactionStatus): Buffer {
  const severity = readyAs ? 'ERROR' : 'FATAL';
  const error = message('E', `S${severity}\0V${severity}\0C${sqlState}\0MProvoked by a test\0\0`);
  return readyAs ? Buffer.concat([error, message('Z', readyAs)]) : error;
}

/** The SQL in a simple query or in what is parsed; undefined in any other message. */
export function statementIn({ type, bytes }: Message): string | undefined {
  if (type === 'Q') return bytes.toString('utf8', 5, bytes.length - 1);
  if (type !== 'P') return undefined;
  const from = bytes.indexOf(0, 5) + 1;
  return bytes.toString('utf8', from, bytes.indexOf(0, from));
}

/** A statement's verb and the first table that it names: `delete votes`, `select users`, `begin`. */
export function nameOfStatement(statement: string): string {
  const [verb = ''] = statement.trim().toLowerCase().split(/[\s;]/);
  const [, table] = /\b(?:from|update|into|concurrently)\s+"?([a-z_]+)"?/i.exec(statement) ?? [];
  return table && !['begin', 'commit', 'rollback'].includes(verb) ? `${verb} ${table}` : verb;
}

function message(type: string, content: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(Buffer.byteLength(content) + 4);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(content)]);
}
