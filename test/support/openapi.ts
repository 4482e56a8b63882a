import { readFileSync } from 'node:fs';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { matchRoute, segmentsOf } from '../../local/gateway/match-route.ts';

type Reference = { $ref: string };
type Header = { required?: boolean; schema: object };
type Answer = {
  headers?: Record<string, Header | Reference>;
  content?: Record<string, { schema: object; example?: unknown }>;
};
export type Operation = {
  operationId: string;
  tags: string[];
  security?: object[];
  requestBody?: { content: Record<string, { schema: object; example?: unknown }> };
  parameters?: (Reference | { name: string; in: string })[];
  responses: Record<string, Answer | Reference>;
};
export type OpenApi = {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, Answer>; schemas: Record<string, object> };
};

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];

/** The file as it stands. */
export function readOpenApi(): OpenApi {
  return JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'));
}

/** Its operations, each with its method in upper case and its path. */
export function operationsOf(document: OpenApi) {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

/** Follows `$ref`. @throws when it leads nowhere */
export function resolve<T extends object>(document: OpenApi, value: T | Reference): T {
  if (!('$ref' in value)) return value;
  const found = value.$ref
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document);
  if (found === undefined || !value.$ref.startsWith('#/')) throw new Error(`${value.$ref} leads nowhere`);
  return resolve(document, found as T | Reference);
}

/** Compares values with the file's schemas. @returns what is wrong, in words; nothing when all is well */
export function createSchemaCheck(document: OpenApi) {
  // Each component becomes a schema of its own name, so that strict mode judges schemas and not the file round them.
  const named = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll('"#/components/schemas/', '"schema:'));
  const create = (coerceTypes: boolean) => {
    const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, coerceTypes });
    formats.default(ajv);
    for (const [name, schema] of Object.entries(document.components.schemas))
      ajv.addSchema(named(schema), `schema:${name}`);
    return ajv;
  };
  // A header is text, whatever its schema says.
  const ajv = { body: create(false), header: create(true) };
  // Each is compiled once: that takes longer than all of its checks.
  const compiled = { body: new WeakMap<object, ValidateFunction>(), header: new WeakMap<object, ValidateFunction>() };
  return (kind: 'body' | 'header', schema: object, value: unknown): string[] => {
    const validate = compiled[kind].get(schema) ?? ajv[kind].compile(named(schema));
    compiled[kind].set(schema, validate);
    return validate(value) ? [] : (validate.errors ?? []).map(inWords);
  };
}

function inWords({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || 'the value'} ${message} ${JSON.stringify(params)}`;
}

export type OpenApiCheck = {
  /**
   * Holds a real answer against the file: method and path, status, required headers, media type and body. A JSON body
   * may be given as text or parsed. A method that the path does not have must be answered with 405.
   * @throws with what is wrong
   */
  expectMatches(
    method: string,
    path: string,
    status: number,
    headers: Headers | Record<string, unknown>,
    body: unknown,
  ): void;
};

/** A check of real answers against docs/openapi.json. */
export function createOpenApiCheck(): OpenApiCheck {
  const document = readOpenApi();
  const check = createSchemaCheck(document);
  return {
    expectMatches: (method, path, status, headers, body) => {
      const call = `${method} ${path} → ${status}`;
      const described = describedAnswer(document, method, path, status);
      if (!described) throw new Error(`${call} is not in the OpenAPI file`);
      const given = namesInLowerCase(headers);
      const problems = [
        ...headerProblems(document, check, described, given),
        ...bodyProblems(check, described, given['content-type'], body),
      ];
      if (problems.length > 0) throw new Error(`${call} is not as the OpenAPI file says:\n${problems.join('\n')}`);
    },
  };
}

function describedAnswer(document: OpenApi, method: string, path: string, status: number): Answer | undefined {
  const segments = segmentsOf(path.replace(/^https?:\/\/[^/]+/, '')) ?? [];
  const operations = operationsOf(document);
  const found = matchRoute(operations, method, segments)?.route.operation.responses[status];
  if (found) return resolve(document, found);
  const isKnownPath = operations.some((operation) => matchRoute([operation], operation.method, segments));
  const hasMethod = matchRoute(operations, method, segments);
  return status === 405 && isKnownPath && !hasMethod ? document.components.responses.MethodNotAllowed : undefined;
}

function namesInLowerCase(headers: Headers | Record<string, unknown>): Record<string, string> {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

type SchemaCheck = ReturnType<typeof createSchemaCheck>;

function headerProblems(
  document: OpenApi,
  check: SchemaCheck,
  answer: Answer,
  given: Record<string, string>,
): string[] {
  return Object.entries(answer.headers ?? {}).flatMap(([name, reference]) => {
    const header = resolve(document, reference);
    const value = given[name.toLowerCase()];
    if (value === undefined) return header.required ? [`the header ${name} is missing`] : [];
    return check('header', header.schema, value).map((problem) => `the header ${name}: ${problem}`);
  });
}

function bodyProblems(check: SchemaCheck, answer: Answer, contentType = '', body: unknown): string[] {
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const media = answer.content?.[mediaType];
  if (!media) return [`the media type "${mediaType}" is not one of ${Object.keys(answer.content ?? {}).join(', ')}`];
  const isJson = /^application\/([\w.-]+\+)?json$/.test(mediaType);
  return check('body', media.schema, isJson && typeof body === 'string' ? JSON.parse(body) : body);
}
