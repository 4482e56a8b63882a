import dns from 'node:dns';
import { pathToFileURL } from 'node:url';
import { lambdaContext } from '../../local/handlers/lambda-context.ts';
import type { Invocation, Outcome } from './invoke-bundle.ts';

/**
 * Lambda's runtime, which `invokeBundle` runs in its own process. It loads the module of the handler's name and calls
 * the handler once. It imports nothing that a bundle could need.
 */
process.once('message', async (invocation: Invocation) => {
  const outcome = await invoke(invocation).then(
    (result): Outcome => ({ result }),
    (error: unknown): Outcome => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
  process.send?.(outcome, () => process.exit());
});

async function invoke({ file, name, functionName, timeoutSeconds, event }: Invocation): Promise<unknown> {
  const { [name]: handler } = await import(pathToFileURL(file).href);
  if (typeof handler !== 'function') throw new Error(`Runtime.HandlerNotFound: ${file} exports no function "${name}"`);
  return await handler(event, lambdaContext({ name: functionName, timeoutSeconds }));
}

// The SDK calls a key-value store at `<account>.<endpoint>`, and not every resolver maps such a name to this machine.
const { lookup } = dns;
dns.lookup = ((name: string, ...others: [never, never]) =>
  lookup(name.endsWith('.localhost') ? '127.0.0.1' : name, ...others)) as typeof dns.lookup;
