import type { ServerResponse } from 'node:http';
import type { APIGatewayProxyResultV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** Answers with the gateway's fixed body, `{"message": …}`. */
export function refuse(
  response: ServerResponse,
  status: number,
  message: string,
  headers: Record<string, string> = {},
) {
  sendJson(response, status, { message }, headers);
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/**
 * Sends what a function returned, by the rules of payload format 2.0: a result without a status code is a JSON body.
 */
export function sendResult(response: ServerResponse, result: APIGatewayProxyResultV2 | undefined): void {
  if (!isStructured(result)) {
    sendJson(response, 200, result ?? null);
    return;
  }
  const headers = Object.entries(result.headers ?? {}).filter(([name]) => !isCorsHeader(name));
  if (!headers.some(([name]) => name.toLowerCase() === 'content-type') && result.body) {
    response.setHeader('content-type', 'text/plain;charset=UTF-8');
  }
  for (const [name, value] of headers) response.setHeader(name, String(value));
  if (result.cookies?.length) response.setHeader('set-cookie', result.cookies);
  response.statusCode = result.statusCode ?? 200;
  response.end(Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8'));
}

function isStructured(result: unknown): result is APIGatewayProxyStructuredResultV2 {
  return typeof result === 'object' && result !== null && 'statusCode' in result;
}

/** API Gateway ignores the CORS headers of a function when the API has its own CORS configuration. */
function isCorsHeader(name: string): boolean {
  return name.toLowerCase().startsWith('access-control-');
}
