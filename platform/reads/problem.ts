import { STATUS_CODES } from 'node:http';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** An error for the caller. `detail` is sent to the caller, so it must not contain internals. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: 400 | 403 | 404 | 410;
  constructor(status: Problem['status'], detail: string) {
    super(detail);
    this.status = status;
  }
}

/** The problem in the form of RFC 9457. `path` is the requested path. */
export function problemAnswer({ status, message }: Problem, path: string): APIGatewayProxyStructuredResultV2 {
  const body = { type: 'about:blank', title: STATUS_CODES[status], status, detail: message, instance: path };
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}
