import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';

/** The part of the API's description (docs/openapi.json) that says what the API takes and answers. */
type Description = { components: { schemas: Record<string, object> } };

const BANNER = '// Written by `npm run types:api` from docs/openapi.json: make changes there.\n\n';

/** The page's types of what the API takes and answers. Nothing about paths: `createVideoApi` has the calls. */
export async function apiTypes({ components: { schemas } }: Description): Promise<string> {
  const schemasAlone = { openapi: '3.1.0', info: { title: '', version: '' }, paths: {}, components: { schemas } };
  const types = await openapiTS(schemasAlone as OpenAPI3, {
    exportType: true,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
  });
  return BANNER + astToString(types);
}

if (import.meta.main) {
  const description = JSON.parse(await readFile(new URL('../docs/openapi.json', import.meta.url), 'utf8'));
  await writeFile(new URL('src/client/api.ts', import.meta.url), await apiTypes(description));
}
