import type { FaultGate } from '../faults/fault-gate.ts';
import type { Store } from '../store/store.ts';
import type { S3Request } from './request.ts';
import { writeXml, type XmlElement } from './xml-writer.ts';

/** The context of every operation. */
export type Deps = { store: Store; faults: FaultGate; clock: () => Date };

/** `keys`: how many keys a DeleteObjects request named, for the request log. */
export type Answer = {
  status: number;
  headers?: Record<string, string | number>;
  body?: Buffer | string;
  keys?: number;
};

/**
 * One operation. It runs in one turn of the event loop, so that no other request sees an intermediate state.
 * @throws {S3Error} the error for the caller
 */
export type Operation = (deps: Deps, request: S3Request) => Answer;

export const xmlAnswer = (root: string, elements: readonly XmlElement[], headers = {}): Answer => ({
  status: 200,
  headers: { ...headers, 'content-type': 'application/xml' },
  body: writeXml(root, elements),
});

export const quoted = (etag: string): string => `"${etag}"`;

export const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();
