import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A child process that answers one request after another. */
export type Child<Requests extends Record<string, { asks: unknown; answers: unknown }>> = {
  ask<Name extends keyof Requests>(name: Name, asks: Requests[Name]['asks']): Promise<Requests[Name]['answers']>;
  stop(): Promise<void>;
};

type Answer = { answer?: unknown; error?: string };

/** Starts a file in this folder. */
export function startChild<Requests extends Record<string, { asks: unknown; answers: unknown }>>(
  file: string,
  nodeOptions: readonly string[] = [],
): Child<Requests> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    execArgv: [...nodeOptions],
    // JSON has no `Infinity`.
    serialization: 'advanced',
  });
  const ended = once(child, 'exit').then(([code]) => ({ error: `A process of the bench ended with ${code}` }));
  return {
    ask: async (name, asks) => {
      const answered = once(child, 'message').then(([message]) => message as Answer);
      child.send({ name, asks });
      const { answer, error } = await Promise.race<Answer>([answered, ended]);
      if (error !== undefined) throw new Error(error);
      return answer as Requests[typeof name]['answers'];
    },
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** In the child process: answers requests, and ends with its parent. */
export function answerParent(answers: Record<string, (asks: never) => unknown>): void {
  process.on('message', async ({ name, asks }: { name: string; asks: never }) => {
    try {
      process.send?.({ answer: await answers[name]?.(asks) });
    } catch (error) {
      process.send?.({ error: String(error) });
    }
  });
  process.on('disconnect', () => process.exit());
}
