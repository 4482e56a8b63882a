import { STATUS_CODES } from 'node:http';
import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { reasonOf, SomeRefused } from '../deletion/errors.ts';
import type { Log } from '../deletion/ports.ts';

/** The HTTP status of each refusal of the domain. The messages of these errors are written for the caller. */
const STATUS: Record<string, number> = {
  InvalidVideoId: 400,
  InvalidCursor: 400,
  Malformed: 400,
  AccountDisabled: 403,
  NotYours: 403,
  UnknownVideo: 404,
  MethodNotAllowed: 405,
  NotAllowedNow: 409,
  VideoGone: 409,
};

const RETRY_AFTER_SECONDS = '5';

/** Names of the errors of a store that is down: Node's, PostgreSQL's classes 08 and 57P, and the SDK's timeouts. */
const UNAVAILABLE =
  /^(StoreUnavailable|E(CONN|TIMEDOUT|PIPE|HOSTUNREACH)\w*|08\w{3}|57P\w{2}|TimeoutError|NetworkingError)$/;

/** The path does not have this method. `allow` lists the methods that it has. */
export class MethodNotAllowed extends Error {
  override name = 'MethodNotAllowed';
  readonly allow: readonly string[];
  constructor(allow: readonly string[]) {
    super(`This path allows only ${allow.join(' and ')}`);
    this.allow = allow;
  }
}

/**
 * Turns every error into `application/problem+json` (RFC 9457). Of an internal error, the caller sees only the status.
 */
export function problemJson(log: () => Log): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  return {
    onError(request) {
      const { error, event } = request;
      const { status, detail } = refusalOf(error);
      if (status >= 500) log().error('request failed', { status, code: reasonOf(error), route: event.routeKey });
      request.response = problem(status, {
        detail,
        instance: event.rawPath,
        headers: error instanceof MethodNotAllowed ? { allow: error.allow.join(', ') } : {},
        errors: error instanceof SomeRefused ? refusalsOf(error) : undefined,
      });
    },
  };
}

/** What the caller sees of an error: its status and, unless it is internal, its message. */
export function refusalOf(error: unknown): { status: number; detail?: string } {
  if (!(error instanceof Error)) return { status: 500 };
  const status = error instanceof SomeRefused ? worstOf(error) : STATUS[error.name];
  if (status !== undefined) return { status, detail: error.message };
  return { status: isUnavailable(error) ? 503 : 500 };
}

type Refusal = { videoId: string; status: number; detail?: string };

function refusalsOf({ refusals }: SomeRefused): Refusal[] {
  return refusals.map(({ videoId, error }) => ({ videoId, ...refusalOf(error) }));
}

/** 403 if one of the videos is known to belong to somebody else, else 404. */
function worstOf(error: SomeRefused): number {
  return Math.min(...refusalsOf(error).map(({ status }) => status));
}

type Problem = {
  detail: string | undefined;
  instance: string;
  headers: Record<string, string>;
  /** Why each of several videos was refused. The RFC allows additional members like this one. */
  errors: Refusal[] | undefined;
};

function problem(status: number, { detail, instance, headers, errors }: Problem): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(status === 503 && { 'retry-after': RETRY_AFTER_SECONDS }),
      ...headers,
    },
    body: JSON.stringify({
      type: 'about:blank',
      title: STATUS_CODES[status],
      status,
      ...(detail && { detail }),
      instance: encodeURI(instance.toWellFormed()),
      errors,
    }),
  };
}

/**
 * True when an AWS service throttles or fails, or a store cannot be reached. Only then does it help to retry. A service
 * that refuses the request itself (`ValidationException`, `AccessDeniedException`) will refuse the next one, too.
 */
function isUnavailable(error: unknown): boolean {
  const code = reasonOf(error);
  return UNAVAILABLE.test(code) || THROTTLED.test(code) || (error instanceof Error && statusOf(error) >= 500);
}

/** What AWS's services say when they ask for fewer requests. */
const THROTTLED = /Throttl|^(ProvisionedThroughputExceeded|RequestLimitExceeded|TooManyRequests|SlowDown)/;

function statusOf(error: Error & { $metadata?: { httpStatusCode?: number } }): number {
  return error.$metadata?.httpStatusCode ?? 0;
}
