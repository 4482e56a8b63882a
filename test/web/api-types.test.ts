import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { apiTypes } from '../../web/api-types.ts';
import { readOpenApi } from '../support/openapi.ts';

const written = readFileSync('web/src/client/api.ts', 'utf8');

test("the page's types are those of the API's description; else run npm run types:api", async () => {
  expect(await apiTypes(readOpenApi())).toBe(written);
});

test.each([
  ['a type', '"username":{"type":"string"}', '"username":{"type":"integer"}'],
  ['a name', '"undoableUntil"', '"undoUntil"'],
  ['a value', '"provisional"', '"preliminary"'],
  ['what is always there', '"required":["id","username",', '"required":["id",'],
])('%s that was changed in the description shows', async (_, before, after) => {
  const description = JSON.stringify(readOpenApi());
  expect(description).toContain(before);
  expect(await apiTypes(JSON.parse(description.replaceAll(before, after)))).not.toBe(written);
});
