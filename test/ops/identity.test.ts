import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { identityOf } from '../../ops/identity.ts';
import { openSession } from '../../ops/session.ts';
import { printedBy } from '../support/printed.ts';

const wire = mockClient(STSClient);
afterEach(() => {
  wire.reset();
  vi.unstubAllEnvs();
});

const answer = (UserId: string | undefined) => wire.on(GetCallerIdentityCommand).resolves(UserId ? { UserId } : {});

describe('identityOf', () => {
  it('names a user by its id, and a session of a role by a part of its hash, never by its name', async () => {
    answer('AIDAEXAMPLE00000');
    expect(await identityOf()).toBe('aws:AIDAEXAMPLE00000');
    answer('AROAEXAMPLE00000:ana@example.com');
    const one = await identityOf();
    expect(one).toMatch(/^aws:AROAEXAMPLE00000\/[0-9a-f]{12}$/);
    answer('AROAEXAMPLE00000:ben@example.com');
    expect(await identityOf()).not.toBe(one);
  });

  it('does not make somebody up', async () => {
    for (const id of [undefined, 'a b', '\u001b[31m']) {
      answer(id);
      await expect(identityOf()).rejects.toThrow('whose credentials');
    }
  });
});

describe('the operator of a session', () => {
  const onAws = () => {
    for (const [name, value] of Object.entries({
      DELETIONS_TABLE: 't',
      AWS_ENDPOINT_URL: '',
      AWS_ENDPOINT_URL_DYNAMODB: '',
    }))
      vi.stubEnv(name, value);
    answer('AIDAEXAMPLE00000');
  };

  it('is on AWS whoever the credentials belong to, and nobody can claim to be another', async () => {
    onAws();
    const session = openSession({});
    await printedBy(() => session.settings(['state']));
    expect(await session.operator()).toBe('aws:AIDAEXAMPLE00000');
    const claiming = openSession({ as: '01936b4e-0000-7000-8000-00000000a001' });
    await printedBy(() => claiming.settings(['state']));
    await expect(claiming.operator()).rejects.toThrow('AWS knows whose credentials');
  });

  it('is on this machine what is claimed', async () => {
    onAws();
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', 'http://127.0.0.1:1');
    const session = openSession({ as: '01936b4e-0000-7000-8000-00000000a001' });
    await printedBy(() => session.settings(['state']));
    expect(await session.operator()).toBe('claimed:01936b4e-0000-7000-8000-00000000a001');
    expect(wire.calls()).toEqual([]);
  });
});
