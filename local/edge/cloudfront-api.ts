import { randomUUID } from 'node:crypto';
import { AwsFault } from '../aws/aws-fault.ts';
import type { LoopbackAnswer, LoopbackRequest } from '../loopback.ts';
import type { Invalidation, InvalidationBatch, Invalidations } from './edge-invalidations.ts';

const NAMESPACE = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';
const INVALIDATION_URL = /^\/2020-05-31\/distribution\/([^/]+)\/invalidation(?:\/([^/]+))?\/?$/;

/** CreateInvalidation and GetInvalidation for one distribution, in the REST-XML protocol of the SDK. */
export function answerCloudFront(invalidations: Invalidations, distributionId: string) {
  return async (request: LoopbackRequest): Promise<LoopbackAnswer> => {
    try {
      const { status, invalidation } = perform(request, invalidations, distributionId);
      const location = `${NAMESPACE}distribution/${distributionId}/invalidation/${invalidation.id}`;
      return { status, headers: { 'content-type': 'text/xml', location }, body: invalidationXml(invalidation) };
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      return { status: error.status, headers: { 'content-type': 'text/xml' }, body: faultXml(error) };
    }
  };
}

function perform(
  { method, path, body }: LoopbackRequest,
  invalidations: Invalidations,
  distributionId: string,
): { status: number; invalidation: Invalidation } {
  const [, distribution, id] = INVALIDATION_URL.exec(path) ?? [];
  if (!distribution)
    throw new AwsFault('UnknownOperationException', `Not part of this stand-in: ${method} ${path}`, 404);
  if (distribution !== distributionId) {
    throw new AwsFault('NoSuchDistribution', 'The specified distribution does not exist.', 404);
  }
  if (method === 'GET' && id) return { status: 200, invalidation: invalidations.find(id) };
  return { status: 201, invalidation: invalidations.create(batchIn(body.toString())) };
}

/**
 * What a path must encode: the unsafe characters of RFC 1738, `~`, and everything that is no ASCII.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
 */
const REFUSED_IN_A_PATH = /[^!-}]|["<>#{}|\\^[\]`]|%(?![0-9A-Fa-f]{2})/;

function batchIn(xml: string): InvalidationBatch {
  const paths = elements(xml, 'Path');
  const [quantity] = elements(xml, 'Quantity');
  const [callerReference] = elements(xml, 'CallerReference');
  if (!callerReference) throw new AwsFault('InvalidArgument', 'The CallerReference is missing.');
  if (Number(quantity) !== paths.length) {
    throw new AwsFault('InconsistentQuantities', "The value of Quantity and the size of Items don't match.");
  }
  if (paths.some((path) => !path.startsWith('/') || REFUSED_IN_A_PATH.test(path))) {
    throw new AwsFault('InvalidArgument', 'Your request contains one or more invalid invalidation paths.');
  }
  return { callerReference, paths };
}

/** The texts of the elements with this name. The SDK's requests contain neither comments nor CDATA. */
function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) => unescaped(text));
}

function invalidationXml({ id, status, createdAt, paths, callerReference }: Invalidation): string {
  const items = paths.map((path) => `<Path>${escaped(path)}</Path>`).join('');
  const batch =
    `<Paths><Quantity>${paths.length}</Quantity><Items>${items}</Items></Paths>` +
    `<CallerReference>${escaped(callerReference)}</CallerReference>`;
  return (
    `<Invalidation xmlns="${NAMESPACE}"><Id>${id}</Id><Status>${status}</Status>` +
    `<CreateTime>${createdAt.toISOString()}</CreateTime><InvalidationBatch>${batch}</InvalidationBatch></Invalidation>`
  );
}

function faultXml({ code, message }: AwsFault): string {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;
  return `<ErrorResponse xmlns="${NAMESPACE}">${error}<RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function unescaped(text: string): string {
  const plain = (name: string) => Object.keys(ENTITIES).find((character) => ENTITIES[character] === name) ?? name;
  return text.replace(/&\w+;/g, plain);
}
