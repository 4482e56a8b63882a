import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { receiptOf } from '../../functions/deletion/record/receipt.ts';
import { createReceiptSigner } from '../../functions/stores/signing/file-receipt-signer.ts';
import { aTombstone } from '../support/a-tombstone.ts';
import { ISSUER } from '../support/rules.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
let receipt: string;
let modulus: string;
let recipes: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proof-'));
  const signer = createReceiptSigner({ keyFile: join(folder, 'key.json') });
  receipt = await signer.sign(
    receiptOf(aTombstone(), { id: 'a-receipt', at: new Date('2026-11-22T10:20:00Z'), issuer: ISSUER }),
  );
  const keys = await signer.publicKeys();
  modulus = `${keys.keys[0]?.n}`;
  await writeFile(join(folder, 'jwks.json'), JSON.stringify(keys));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  recipes = recipesIn(await readFile(join(ROOT, 'docs/PROOF.md'), 'utf8'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The indented blocks of a page, in order. */
function recipesIn(page: string): string[] {
  const blocks = page.match(/(?:^ {4}.*\n)(?:(?:^ {4}.*)?\n)*/gm) ?? [];
  return blocks.map((block) => block.replaceAll(/^ {4}/gm, ''));
}

/** Follows a recipe of the page, word for word, with a receipt as somebody has it. */
async function follow(mark: string, command: string, jws: string) {
  const recipe = recipes.find((text) => text.includes(mark));
  if (!recipe) throw new Error(`docs/PROOF.md has no recipe with ${mark}`);
  await writeFile(join(folder, 'receipt.jws'), `${jws}\n`);
  await writeFile(join(folder, 'recipe.mjs'), recipe);
  const { status, stdout } = spawnSync(command, ['recipe.mjs'], {
    cwd: folder,
    env: { PATH: process.env.PATH, N: modulus },
    encoding: 'utf8',
  });
  return { status, stdout };
}

/** Another owner's id in the payload, the rest as it was signed. */
function forged(): string {
  const [header, payload = '', signature] = receipt.split('.');
  const other = Buffer.from(payload, 'base64url').toString().replace('"owner"', '"admin"');
  return [header, Buffer.from(other).toString('base64url'), signature].join('.');
}

describe('a receipt, checked as docs/PROOF.md says', () => {
  it('with a JOSE library: a genuine one shows what it states, a forged one is refused', async () => {
    const genuine = await follow('compactVerify', process.execPath, receipt);
    expect(genuine).toMatchObject({ status: 0, stdout: expect.stringContaining("reason: 'owner'") });
    expect(await follow('compactVerify', process.execPath, forged())).toMatchObject({ status: 1, stdout: '' });
  });

  it.runIf(hasOpenSsl())('by hand, with OpenSSL: a genuine one is verified, a forged one is refused', async () => {
    const genuine = await follow('openssl dgst', 'sh', receipt);
    expect(genuine).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/"alg":"RS256".*"reason":"owner".*Verified OK/s),
    });
    const refused = await follow('openssl dgst', 'sh', forged());
    expect(refused).toMatchObject({ status: 1, stdout: expect.stringMatching(/Verification failure/i) });
  });
});

function hasOpenSsl(): boolean {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    return false;
  }
}
