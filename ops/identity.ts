import { createHash } from 'node:crypto';
import { NotDone } from './exits.ts';

/** Enough to tell the sessions of a role from each other, and to find one again in CloudTrail. */
const SESSION_CHARACTERS = 12;

/**
 * Who the credentials belong to, as histories record it: `aws:` and the unique id of a user or of a role. The name of a
 * role's session is often a mail address, so only a part of its SHA-256 is kept.
 * @throws {NotDone} when STS answers without an identity; errors of the SDK pass through
 */
export async function identityOf(): Promise<string> {
  // Loaded only where it is asked: most commands never are, and the client takes a while to load.
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({});
  const { UserId } = await client.send(new GetCallerIdentityCommand({})).finally(() => client.destroy());
  const [id, session] = UserId?.split(/:(.*)/s) ?? [];
  if (!id || !/^\w{1,128}$/.test(id)) throw new NotDone('STS does not say whose credentials these are');
  if (!session) return `aws:${id}`;
  return `aws:${id}/${createHash('sha256').update(session).digest('hex').slice(0, SESSION_CHARACTERS)}`;
}
