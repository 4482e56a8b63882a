import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of its own, which is asked one thing after the other. */
export type Child<Requests extends Record<string, { asks: unknown; answers: unknown }>> = {
  ask<Name extends keyof Requests>(name: Name, asks: Requests[Name]['asks']): Promise<Requests[Name]['answers']>;
  stop(): Promise<void>;
};

type Answer = { answer?: unknown; error?: string };

/** Starts a file next to this one. */
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

/** In the child: answers what it is asked, and ends when its parent does. */
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
