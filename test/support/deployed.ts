import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { readSettings } from '../../functions/settings/settings.ts';
import { connectDatabase } from '../../functions/stores/postgres/connect-database.ts';
import type { FunctionName } from '../../lib/constructs/functions/function-sizes.ts';
import type { Bundles } from '../../local/handlers/bundles.ts';
import { connectPorts } from '../../local/local-ports.ts';
import { type Parts, startParts } from '../../local/parts.ts';
import { startRedisStandIn } from '../../local/redis/redis-stand-in.ts';
import { seedPlatform } from '../../platform/seed/seed-platform.ts';
import { startCallRecorder } from './call-recorder.ts';
import { selfSignedCertificate } from './certificate.ts';
import { invokeBundle } from './invoke-bundle.ts';
import { startKms } from './kms.ts';
import { startSampleDatabase } from './sample-database.ts';
import { startTlsFront } from './tls-front.ts';
import { startTokenProxy } from './token-proxy.ts';

export type Deployed = Awaited<ReturnType<typeof openDeployed>>;

const CREDENTIALS = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
const SILENT = { info() {}, warn() {}, error() {} };

/**
 * The bundles in a local system that behaves like AWS: TLS and IAM tokens for the database and the cache, a key in KMS,
 * a gate. The bundle that migrates during a deployment has migrated the database. Nothing polls the queues: tests
 * deliver messages. `ports` are made from the sources, for what a test does besides the functions.
 */
export async function openDeployed(bundles: Bundles) {
  const folder = await mkdtemp(join(tmpdir(), 'deployed-'));
  const cleanUp: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  const keep = <Started extends { stop(): unknown }>(started: Started): Started => {
    cleanUp.push(started.stop);
    return started;
  };
  const stop = async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  };
  try {
    const places = await startPlaces(bundles, folder, keep);
    const invoke = <Result>(name: FunctionName, event: unknown) => {
      places.recorder.nowCalls(name);
      return invokeBundle<Result>(bundles[name], { event, environment: environmentOf(bundles, name, places) });
    };
    await invoke('migrate', {});

    const db = connectDatabase({ url: places.databaseUrl }, { maxConnections: 5 });
    cleanUp.push(() => db.destroy());
    await seedPlatform({ db, putFile: places.parts.putFile, cdnUrl: '' });
    const settings = readSettings(places.settings);
    const { close, ...ports } = connectPorts(settings, SILENT);
    cleanUp.push(close);
    return { invoke, db, ports, settings, parts: places.parts, calls: places.recorder.calls, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Keep = <Started extends { stop(): unknown }>(started: Started) => Started;
type Places = {
  /** By the name of the setting: where a reference of the template leads here. */
  here: Record<string, string>;
  /** What Lambda's runtime knows by itself: credentials, and where AWS is. */
  runtime: Record<string, string>;
  /** As programs of this machine see the same places: without TLS and tokens. */
  settings: Record<string, string | undefined>;
  databaseUrl: string;
  parts: Parts;
  /** Knows what the functions have called. */
  recorder: Awaited<ReturnType<typeof startCallRecorder>>;
};

async function startPlaces(bundles: Bundles, folder: string, keep: Keep): Promise<Places> {
  const certificate = selfSignedCertificate();
  const authority = join(folder, 'authority.pem');
  await writeFile(authority, certificate.cert);
  const { DATABASE_NAME: database, DATABASE_USER: owner } = bundles.migrate.environment as Record<string, string>;
  const sample = keep(await startSampleDatabase(folder, { database: `${database}`, owner: `${owner}` }));
  const proxy = keep(await startTokenProxy(certificate, sample.url));
  const cache = keep(await startRedisStandIn({ tokenUser: `${bundles.cleanup.environment.CACHE_USER}` }));
  const front = keep(await startTlsFront(certificate, Number(new URL(cache.url).port)));
  const kms = keep(await startKms());
  const given = {
    DATABASE_URL: sample.url,
    CACHE_URL: cache.url,
    CACHE_MODE: 'server',
    EDGE_MODE: 'both',
    RECEIPT_KEY_ID: kms.keyArn,
  };
  const parts = keep(await startParts({ folder, storage: 's3', environment: given, segmentMilliseconds: 600_000 }));
  const settings = { ...given, ...parts.settings };
  const endpoints = {
    ...endpointsIn(parts.settings),
    AWS_ENDPOINT_URL_KMS: kms.endpoint,
    AWS_ENDPOINT_URL_S3: parts.s3?.endpoint ?? '',
  };
  for (const [name, value] of Object.entries({ ...CREDENTIALS, ...endpoints })) vi.stubEnv(name, value);
  const tls = {
    DATABASE_HOST: 'localhost',
    DATABASE_PORT: `${proxy.port}`,
    CACHE_URL: `rediss://localhost:${front.port}`,
  };
  const here = { ...textsIn(settings), ...tls };
  const recorder = keep(await startCallRecorder(endpoints));
  const runtime = { ...CREDENTIALS, ...recorder.endpoints, NODE_EXTRA_CA_CERTS: authority };
  return { here, runtime, settings, databaseUrl: sample.url, parts, recorder };
}

/** Plain texts of the template that are wrong on this machine: it has another port, and a cache that is one server. */
const NOT_HERE = ['DATABASE_PORT', 'CACHE_MODE'];

/** The whole environment of a function: the template's variables with resolved references, and the runtime's. */
function environmentOf(bundles: Bundles, name: FunctionName, { here, runtime }: Places): Record<string, string> {
  const told = Object.entries(bundles[name].environment).map(([setting, value]) => {
    if (typeof value === 'string' && !NOT_HERE.includes(setting)) return [setting, value];
    const local = here[setting];
    if (local === undefined) throw new Error(`${name} is told a ${setting} that nothing here stands in for`);
    return [setting, local];
  });
  return { ...runtime, ...Object.fromEntries(told) };
}

const textsIn = (settings: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const endpointsIn = (settings: Record<string, string | undefined>) =>
  textsIn(Object.fromEntries(Object.entries(settings).filter(([name]) => name.startsWith('AWS_ENDPOINT_URL'))));
