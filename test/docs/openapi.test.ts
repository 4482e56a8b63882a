import { describe, expect, test } from 'vitest';
import { brokenAt, type HistoryEntry } from '../../functions/deletion/record/history.ts';
import { STEP_NAMES } from '../../functions/deletion/record/steps.ts';
import { HOLD_CODES, STATES } from '../../functions/deletion/record/tombstone.ts';
import { MOST_TOGETHER } from '../../functions/deletion/requests/request-deletions.ts';
import { ROUTES } from '../../functions/http/routes.ts';
import { createOpenApiCheck, createSchemaCheck, operationsOf, readOpenApi, resolve } from '../support/openapi.ts';

const document = readOpenApi();
const operations = operationsOf(document);
const VIDEO = '/api/v1/videos/0190c7a4-5b1e-7c3a-9a53-0e2f6d1b7c11';

describe('the file', () => {
  test('describes exactly the routes of the deletion API, each with its authorizer', () => {
    const described = operations
      .filter(({ operation }) => operation.tags.includes('deletions'))
      .map(({ method, path, operation }) => `${method} ${path} ${operation.security?.length === 0 ? 'none' : 'jwt'}`);
    const routed = ROUTES.filter(({ method }) => method !== 'ANY').map(
      ({ method, path, authorizer }) => `${method} ${path} ${authorizer}`,
    );
    expect(described.sort()).toEqual(routed.sort());
  });

  test('has references that all lead somewhere, and no part that nothing refers to', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => String(target));
    for (const $ref of references) expect(resolve(document, { $ref })).toBeTypeOf('object');
    const { securitySchemes: _, ...components } = document.components as Record<string, object>;
    const parts = Object.entries(components).flatMap(([kind, named]) =>
      Object.keys(named).map((name) => `#/components/${kind}/${name}`),
    );
    const unused = parts.filter((part) => !references.includes(part));
    // No operation refers to it: it is the answer to the methods that are not here.
    expect(unused).toEqual(['#/components/responses/MethodNotAllowed']);
  });

  test('has operations with names of their own and with every parameter of their path', () => {
    const names = operations.map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const { path } of operations) {
      const item = document.paths[path] as unknown as { parameters?: { $ref: string }[] };
      const declared = (item.parameters ?? []).map((parameter) => resolve<{ name: string }>(document, parameter).name);
      expect(declared).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  const answers = operations.flatMap(({ method, path, operation }) =>
    Object.entries(operation.responses).flatMap(([status, reference]) =>
      Object.entries(resolve(document, reference).content ?? {}).map(
        ([type, media]) => [`${method} ${path} ${status} ${type}`, media] as const,
      ),
    ),
  );
  const check = createSchemaCheck(document);
  test.each(answers)('%s has an example that is valid', (_name, media) => {
    expect(media).toHaveProperty('example');
    expect(check('body', media.schema, media.example)).toEqual([]);
  });
});

describe('what the file says a request is', () => {
  const bodies = operations.flatMap(({ method, path, operation }) =>
    Object.entries(operation.requestBody?.content ?? {}).map(([, media]) => [`${method} ${path}`, media] as const),
  );
  const check = createSchemaCheck(document);

  test('is there for every call that takes a body', () => {
    expect(bodies.map(([name]) => name).sort()).toEqual([
      'DELETE /api/v1/videos/{videoId}/hold',
      'POST /api/v1/deletions',
      'POST /api/v1/deletions/undo',
      'PUT /api/v1/videos/{videoId}/hold',
    ]);
  });

  test.each(bodies)('%s has an example that is valid', (_name, media) => {
    expect(media).toHaveProperty('example');
    expect(check('body', media.schema, media.example)).toEqual([]);
  });
});

describe('the lists of names and numbers in the file', () => {
  const schemaOf = (name: string) => document.components.schemas[name] as Listed;
  type Listed = { enum?: string[]; properties?: Record<string, Listed>; maxItems?: number };

  test('are those of the domain', () => {
    expect(schemaOf('DeletionState').enum).toEqual([...STATES]);
    expect(schemaOf('Step').properties?.name?.enum).toEqual([...STEP_NAMES]);
    for (const name of ['HoldReason', 'Hold']) expect(schemaOf(name).properties?.code?.enum).toEqual([...HOLD_CODES]);
    expect(schemaOf('DeletionRequest').properties?.videoIds?.maxItems).toBe(MOST_TOGETHER);
  });

  test('the history in an example is a chain, as it is described', () => {
    const media = operations.find(({ operation }) => operation.operationId === 'readDeletion')?.operation.responses[
      '200'
    ] as { content: Record<string, { example: { history: HistoryEntry[] } }> };
    expect(brokenAt(media.content['application/json']?.example.history ?? [])).toBeUndefined();
  });
});

describe('the check', () => {
  const { expectMatches } = createOpenApiCheck();
  const json = { 'Content-Type': 'application/json' };
  const exampleOf = (operationId: string, status: string) => {
    const found = operations.find(({ operation }) => operation.operationId === operationId)?.operation.responses[
      status
    ];
    return structuredClone(resolve(document, found ?? { $ref: '#/nowhere' }).content?.['application/json']?.example);
  };
  const accepted = exampleOf('requestDeletion', '202') as { steps: object[] };
  const headers = { ...json, Location: `${VIDEO}/deletion`, 'Retry-After': 5 };
  const problem = { type: 'about:blank', title: 'Method Not Allowed', status: 405 };

  test('takes an answer that is as described, parsed or as text', () => {
    expectMatches('DELETE', VIDEO, 202, headers, accepted);
    expectMatches(
      'DELETE',
      `http://127.0.0.1:1${VIDEO}?x=1`,
      202,
      new Headers(headers as never),
      JSON.stringify(accepted),
    );
    expectMatches('GET', '/api/v1/deletions', 429, json, { message: 'Too Many Requests' });
  });

  test('takes 405 for a method that the path does not have, and only for such', () => {
    const type = { 'content-type': 'application/problem+json', allow: 'GET, DELETE' };
    expectMatches('PATCH', VIDEO, 405, type, problem);
    expect(() => expectMatches('GET', VIDEO, 405, type, problem)).toThrow('not in the OpenAPI file');
    expect(() => expectMatches('PATCH', '/api/v1/nothing', 405, type, problem)).toThrow('not in the OpenAPI file');
  });

  const video = exampleOf('readVideo', '200') as object;
  const refused: [string, ...Parameters<typeof expectMatches>][] = [
    ['not in the OpenAPI file', 'DELETE', VIDEO, 418, headers, accepted],
    ['not in the OpenAPI file', 'DELETE', '/api/v1/nothing', 202, headers, accepted],
    ['not in the OpenAPI file', 'POST', VIDEO, 202, headers, accepted],
    ['media type', 'DELETE', VIDEO, 202, { ...headers, 'Content-Type': 'text/html' }, accepted],
    ['media type', 'DELETE', VIDEO, 202, { Location: headers.Location, 'Retry-After': 5 }, accepted],
    ['Location is missing', 'DELETE', VIDEO, 202, { ...json, 'Retry-After': 5 }, accepted],
    ['Retry-After', 'DELETE', VIDEO, 202, { ...headers, 'Retry-After': 'soon' }, accepted],
    ['additional', 'DELETE', VIDEO, 202, headers, { ...accepted, target: {} }],
    ['additional', 'DELETE', VIDEO, 202, headers, { ...accepted, steps: [{ ...accepted.steps[0], stack: '' }] }],
    ['required', 'DELETE', VIDEO, 202, headers, { ...accepted, links: undefined }],
    ['format', 'DELETE', VIDEO, 202, headers, { ...accepted, requestedAt: 'today' }],
    ['allowed values', 'DELETE', VIDEO, 202, headers, { ...accepted, state: 'gone' }],
    ['unevaluated', 'GET', VIDEO, 200, json, { ...video, user_id: 'x' }],
    ['unevaluated', 'GET', '/api/v1/feed', 200, json, { videos: [{ ...video, owner: 'ada', user_id: 'x' }] }],
    ['required', 'GET', '/api/v1/feed', 200, json, { videos: [video] }],
  ];
  test.each(refused)('refuses with "%s": %s %s %i', (message, ...answer) => {
    expect(() => expectMatches(...answer)).toThrow(message);
  });
});
