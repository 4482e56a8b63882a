import { once } from 'node:events';
import { createRequestParser } from '../../local/redis/request-parser.ts';
import { encodeReply, RedisError } from '../../local/redis/resp.ts';
import { type ErrorFault, suffer } from './faults.ts';
import type { Front, ProcessGate } from './process-gate.ts';
import { type Joined, startTcpFront } from './tcp-front.ts';

const ERRORS: Record<ErrorFault, string> = {
  throttled: 'TRYAGAIN Multiple keys request during rehashing of slot',
  500: 'ERR internal error',
  503: 'LOADING Redis is loading the dataset in memory',
  refused: 'NOPERM this user has no permissions to run this command',
};

/** A door to Redis that tells its commands apart and lets them suffer what they must. */
export async function startRedisFront(url: string, gate: ProcessGate): Promise<Front> {
  const { port, ...front } = await startTcpFront(new URL(url), gate, (joined) => join(joined, gate));
  return { ...front, url: `redis://127.0.0.1:${port}` };
}

/** One command at a time, in order, so that each answer is known to be its own. */
function join({ client, server }: Joined, gate: ProcessGate): void {
  const parser = createRequestParser();
  let last: Promise<unknown> = Promise.resolve();
  client.on('data', (chunk) => {
    for (const command of parser.push(chunk)) {
      last = last.then(() => pass(command, { client, server }, gate)).catch(() => client.destroy());
    }
  });
}

async function pass(command: readonly string[], { client, server }: Joined, gate: ProcessGate): Promise<void> {
  if (client.destroyed) return;
  const effect = async (): Promise<Buffer> => {
    server.write(requestOf(command));
    // The stand-in writes an answer at once, and the answers here fit a segment.
    const [answer] = (await once(server, 'data')) as [Buffer];
    return answer;
  };
  const fault = gate.meet('Redis', String(command[0]).toUpperCase());
  if (!fault) return void client.write(await effect());
  await suffer(fault, {
    effect,
    error: (error) => void client.write(encodeReply(new RedisError(ERRORS[error]))),
    cut: () => void client.resetAndDestroy(),
    stop: gate.end,
  });
  // Whoever has no answer to this one gets none to the next.
  if (fault === 'timeout') await once(client, 'close');
}

function requestOf(command: readonly string[]): Buffer {
  const items = command.map((item) => `$${item.length}\r\n${item}\r\n`);
  return Buffer.from(`*${command.length}\r\n${items.join('')}`, 'latin1');
}
