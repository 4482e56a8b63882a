import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { append, type HistoryEntry } from '../../functions/deletion/record/history.ts';
import type { Receipt } from '../../functions/deletion/record/receipt.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import { createReceiptSigner } from '../../functions/stores/signing/file-receipt-signer.ts';
import { type OpsSystem, openOpsSystem, runOps } from '../ops/run-ops.ts';
import { readyVideosOf, videoPath } from '../support/api-client.ts';

const [DELETED, PAINTED] = readyVideosOf('ana').map(parseVideoId);
if (!DELETED || !PAINTED) throw new Error('ana has too few videos');
const RED = '\u001b[31m';

let system: OpsSystem;
let genuine: string;
beforeAll(async () => {
  system = await openOpsSystem();
  await system.call('DELETE', videoPath(DELETED), { as: 'ana' });
  await system.until(DELETED, 'deleted');
  genuine = (await stored()).receipts[0] ?? '';
});
afterAll(async () => {
  await system.stop();
  await rm(system.folder, { recursive: true, force: true });
});

const place = (name: string) => join(system.folder, name);
async function stored(): Promise<Tombstone> {
  const tombstone = await system.ports.tombstones.find(DELETED as never);
  if (!tombstone) throw new Error('no tombstone');
  return tombstone;
}
const payloadOf = (jws: string) => JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as Receipt;

/** The commands' answers to a receipt in a file. */
async function check(jws: string, ...args: string[]) {
  await writeFile(place('checked.jws'), jws);
  const { code, stdout } = await system.ops(['verify-receipt', place('checked.jws'), ...args]);
  return { code, stdout };
}

/** A receipt with the same id that states what somebody likes, signed with a key of their own. */
async function forged(changes: Partial<Receipt>) {
  const signer = createReceiptSigner({ keyFile: place('own-key.json') });
  await writeFile(place('own-keys.json'), JSON.stringify(await signer.publicKeys()));
  return await signer.sign({ ...payloadOf(genuine), ...changes });
}

test('F63 the answer names the key, by its thumbprint, and where it came from', async ({ annotate }) => {
  const { stdout } = await check(genuine);
  const kid = JSON.parse(Buffer.from(genuine.split('.')[0] ?? '', 'base64url').toString()).kid;
  expect(stdout).toContain(`Signed with the key ${kid}, from the keys that sign here.`);
  await annotate('genuine: VALID, with the key');
});

test('F63 a receipt with the same id, signed with another key, is refused here and named elsewhere', async ({
  annotate,
}) => {
  const jws = await forged({ counts: { deleteObjects: { objects: 1_000_000_000_000 } } });
  expect(await check(jws)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('REFUSED: It was signed with the key'),
  });
  const withOwnKeys = await check(jws, '--keys', place('own-keys.json'));
  expect(withOwnKeys).toMatchObject({ code: 1, stdout: expect.stringMatching(/another receipt with the same id/) });
  const offline = await check(jws, '--keys', place('own-keys.json'), '--offline');
  expect(offline.stdout).toMatch(/from .*own-keys\.json\.\nThis proves as much as you trust/);
  await annotate('unknown key; another receipt of that id is stored; offline: the key and its source are named');
});

const FALSE: [string, Partial<Receipt>, RegExp][] = [
  [
    'that ends before it began',
    { deletedAt: '2020-01-01T00:00:00.000Z', iat: 1_577_836_800 },
    /deletedAt is before requestedAt/,
  ],
  ['whose iat is another time', { iat: 1 }, /iat is not the second of deletedAt/],
  ['that was never issued', { jti: '0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c99' }, /the service has not issued it/],
];

test.for(FALSE)(
  'F63 a receipt %s is refused, though the signature is good',
  async ([, changes, reason], { annotate }) => {
    const jws = await system.ports.signer.sign({ ...payloadOf(genuine), ...changes });
    const { code, stdout } = await check(jws);
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringMatching(reason) });
    await annotate('refused');
  },
);

test('F63 a signed text of another type, and a key under the id of another, are refused', async ({ annotate }) => {
  const [header = '', ...rest] = genuine.split('.');
  const other = { ...JSON.parse(Buffer.from(header, 'base64url').toString()), typ: 'JWT' };
  const retyped = [Buffer.from(JSON.stringify(other)).toString('base64url'), ...rest].join('.');
  expect((await check(retyped)).stdout).toMatch(/does not say that it is a receipt/);
  await forged({});
  const kid = JSON.parse(Buffer.from(header, 'base64url').toString()).kid;
  const own = await createReceiptSigner({ keyFile: place('own-key.json') }).publicKeys();
  await writeFile(place('false-keys.json'), JSON.stringify({ keys: own.keys.map((key) => ({ ...key, kid })) }));
  expect((await check(genuine, '--keys', place('false-keys.json'))).stdout).toMatch(/is not the thumbprint/);
  await annotate('both refused, with a reason');
});

test('F64 no text from outside paints the terminal, in a receipt, its header or its keys', async ({ annotate }) => {
  const header = { alg: 'RS256', typ: 'deletion-receipt+jwt', kid: `${RED}VALID\u0007\u009b2J\u202e` };
  const jws = [header, {}, {}].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  await writeFile(place('painted.json'), JSON.stringify({ keys: [{ kty: 'RSA', kid: `${RED}key`, n: 'a', e: 'b' }] }));
  for (const json of [[], ['--json']]) {
    const { stdout } = await check(jws, '--offline', '--keys', place('painted.json'), ...json);
    const plain = json.length > 0 ? stdout : stdout.replace('\u001b[31mREFUSED\u001b[39m', 'REFUSED');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be there
    expect(plain).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(plain).toMatch(/\\u001b\[31m/);
  }
  const { stderr } = await runOps(['verify-receipt', place(`no\u001b[31mfile`)]);
  expect(stderr).not.toContain(RED);
  await annotate('control characters are shown as \\u001b; also in JSON, and in errors');
});

test('F64 what a tombstone holds is shown in the same way', async ({ annotate }) => {
  await system.call('DELETE', videoPath(PAINTED), { as: 'ana' });
  const { tombstones } = system.ports;
  await system.until(PAINTED, 'deleted');
  // The sweeper may be writing at the same time.
  const paint = async () => {
    const current = await tombstones.find(PAINTED);
    if (!current) throw new Error('no tombstone');
    return await tombstones.write(current, { ...current, ownerId: `${RED}owner`, revision: current.revision + 1 });
  };
  await expect.poll(paint).toBe(true);
  const { stdout } = await system.ops(['show', PAINTED]);
  expect(stdout).not.toContain(`${RED}owner`);
  expect(stdout).toContain('\\u001b[31mowner');
  await annotate('show: visible');
});

test('F65 show and verify say what a rewritten tombstone and its receipts differ in', async ({ annotate }) => {
  const current = await stored();
  expect((await system.ops(['show', current.videoId])).stdout).toContain('Every receipt vouches for this tombstone.');
  const requests = current.requests.map((request) => ({ ...request, by: 'somebody-else' }));
  const history = current.history.reduce<HistoryEntry[]>(
    (chain, { hash: _, ...entry }) => append(chain, { ...entry, by: 'x' }),
    [],
  );
  const rewritten: [string, Partial<Tombstone>, RegExp][] = [
    ['the owner', { ownerId: 'somebody-else' }, /says otherwise than the receipt: ownerId/],
    ['who asked, and the history with its hashes', { requests, history }, /Receipt 1 does not vouch/],
    [
      'when it was asked for',
      { requestedAt: '2020-01-01T00:00:00.000Z' },
      /says otherwise than the receipt: requestedAt/,
    ],
  ];
  let revision = current.revision;
  let before = current;
  for (const [what, changes, reason] of rewritten) {
    revision += 1;
    const next = { ...current, ...changes, revision };
    expect(await system.ports.tombstones.write(before, next), what).toBe(true);
    before = next;
    for (const command of ['show', 'verify']) {
      const { code, stdout } = await system.ops([command, current.videoId]);
      expect({ what, command, code, stdout }).toEqual({
        what,
        command,
        code: 1,
        stdout: expect.stringMatching(reason),
      });
    }
  }
  await system.ports.tombstones.write(before, { ...current, revision: revision + 1 });
  await annotate(`${rewritten.length} rewritings: show and verify end with 1 and name what differs`);
});
