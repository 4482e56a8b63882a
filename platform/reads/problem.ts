import { STATUS_CODES } from 'node:http';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** A request that gets no answer but a reason. `detail` is read by callers: it holds nothing from inside. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: 400 | 403 | 404 | 410;
  constructor(status: Problem['status'], detail: string) {
    super(detail);
    this.status = status;
  }
}

/** The problem as RFC 9457 wants it; `path` is the one that was asked for. */
export function problemAnswer({ status, message }: Problem, path: string): APIGatewayProxyStructuredResultV2 {
  const body = { type: 'about:blank', title: STATUS_CODES[status], status, detail: message, instance: path };
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}
