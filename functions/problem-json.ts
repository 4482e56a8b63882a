import { STATUS_CODES } from 'node:http';
import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { reasonOf } from './deletion/errors.ts';
import type { Log } from './deletion/ports.ts';

/** What each of the domain's refusals is in HTTP. Their messages are written for the caller. */
const STATUS: Record<string, number> = {
  InvalidVideoId: 400,
  InvalidCursor: 400,
  Malformed: 400,
  AccountDisabled: 403,
  NotYours: 403,
  UnknownVideo: 404,
  MethodNotAllowed: 405,
  NotAllowedNow: 409,
};

const RETRY_AFTER_SECONDS = '5';

/** Names under which a store that is down is known: Node's own, PostgreSQL's classes 08 and 57P, and the SDK's time-outs. */
const UNAVAILABLE =
  /^(StoreUnavailable|E(CONN|TIMEDOUT|PIPE|HOSTUNREACH)\w*|08\w{3}|57P\w{2}|TimeoutError|NetworkingError)$/;

/** A method that the path does not have. `allow` names those it has. */
export class MethodNotAllowed extends Error {
  override name = 'MethodNotAllowed';
  readonly allow: readonly string[];
  constructor(allow: readonly string[]) {
    super(`This path takes ${allow.join(' and ')}`);
    this.allow = allow;
  }
}

/** Turns every error into `application/problem+json` (RFC 9457). Those that are not for the caller say nothing but their status. */
export function problemJson(log: () => Log): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  return {
    onError(request) {
      const { error, event } = request;
      const status = STATUS[error?.name ?? ''] ?? (isUnavailable(error) ? 503 : 500);
      if (status >= 500) log().error('request failed', { status, code: reasonOf(error), route: event.routeKey });
      request.response = problem(status, {
        detail: status < 500 ? error?.message : undefined,
        instance: event.rawPath,
        headers: error instanceof MethodNotAllowed ? { allow: error.allow.join(', ') } : {},
      });
    },
  };
}

function problem(
  status: number,
  { detail, instance, headers }: { detail: string | undefined; instance: string; headers: Record<string, string> },
): APIGatewayProxyStructuredResultV2 {
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
      instance: encodeURI(instance),
    }),
  };
}

/** A service of AWS that throttles or fails, or a store that cannot be reached: worth another try, unlike a mistake of ours. */
function isUnavailable(error: unknown): boolean {
  const isService = error instanceof Error && '$metadata' in error;
  return isService || UNAVAILABLE.test(reasonOf(error));
}
