import type { LoopbackAnswer } from '../../local/loopback.ts';
import type { ErrorFault } from './faults.ts';
import type { Service } from './ordeal.ts';

type AwsError = { code: string; status: number };
type Errors = Record<ErrorFault, AwsError>;

/** Of the services that speak JSON. */
const JSON_ERRORS: Errors = {
  throttled: { code: 'ThrottlingException', status: 400 },
  500: { code: 'InternalFailure', status: 500 },
  503: { code: 'ServiceUnavailable', status: 503 },
  refused: { code: 'AccessDeniedException', status: 400 },
};
const DYNAMODB_ERRORS: Errors = {
  ...JSON_ERRORS,
  throttled: { code: 'ProvisionedThroughputExceededException', status: 400 },
  500: { code: 'InternalServerError', status: 500 },
};
const XML_ERRORS: Errors = {
  throttled: { code: 'Throttling', status: 400 },
  500: { code: 'InternalError', status: 500 },
  503: { code: 'ServiceUnavailable', status: 503 },
  refused: { code: 'AccessDenied', status: 403 },
};
const S3_ERRORS: Errors = { ...XML_ERRORS, throttled: { code: 'SlowDown', status: 503 } };

/** How a service of AWS says that it cannot, or may not, do what it was asked for. */
export function awsErrorAnswer(service: Service, fault: ErrorFault): LoopbackAnswer {
  if (service === 'S3') return xml(S3_ERRORS[fault], (error) => error);
  if (service === 'CloudFront') return xml(XML_ERRORS[fault], (error) => `<ErrorResponse>${error}</ErrorResponse>`);
  const { code, status } = (service === 'DynamoDB' ? DYNAMODB_ERRORS : JSON_ERRORS)[fault];
  const body = JSON.stringify({ __type: code, message: 'Provoked by a test' });
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body };
}

function xml({ code, status }: AwsError, wrap: (error: string) => string): LoopbackAnswer {
  const error = `<Error><Code>${code}</Code><Message>Provoked by a test</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body: wrap(error) };
}
