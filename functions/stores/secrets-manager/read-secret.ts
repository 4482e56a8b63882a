import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod/mini';

/**
 * The current version of a secret, parsed as JSON. Needs `secretsmanager:GetSecretValue`.
 * @throws when it has another form; the message names the wrong members, never their values
 */
export async function readSecret<Form extends z.ZodMiniType>(
  client: SecretsManagerClient,
  { arn, form }: { arn: string; form: Form },
): Promise<z.infer<Form>> {
  const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
  const { success, data, error } = form.safeParse(parsed(SecretString));
  if (success) return data;
  const wrong = error.issues.map(({ path }) => path.join('.') || 'the whole');
  throw new Error(`${arn} is no JSON of the form that is expected: ${wrong.join(', ')}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
