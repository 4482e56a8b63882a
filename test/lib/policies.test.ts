import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../lib/deployment.ts';
import { ENVIRONMENT_NAMES, environmentNamed } from '../../lib/environment.ts';
import { type Right, rightsByFunction, rightsByRole } from '../support/policies.ts';
import { synthesise, type Templates, templatesOf } from '../support/synthesised.ts';

const API = ['request-deletion', 'read-deletions', 'undo-deletion', 'replay-deletion', 'hold-video'];

/** What no resource can be named for. */
const WITHOUT_RESOURCES = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];

/** Each service, and the only resources of it on which a function of ours may act. */
const RESOURCES: Record<string, RegExp> = {
  cloudfront: /^arn:aws:cloudfront:::distribution\/(E0EXAMPLE00000|<Platform\.StorageDistribution>)$/,
  'cloudfront-keyvaluestore': /^<(Platform\.Storage|State\.)GateDeletedVideos\.Arn>$/,
  dynamodb: /^<State\.Tombstones\.Arn>(\/index\/(due|byState|byOwner|byTime))?$/,
  elasticache: /^arn:aws:elasticache:::(serverlesscache|user):[a-z0-9-]+$/,
  events: /^arn:aws:events:::event-bus\/(default|platform)$/,
  kms: /^<State\.ReceiptKey\.Arn>$/,
  logs: /^<\w+Log\.Arn>$/,
  'rds-db': /^arn:aws:rds-db:::dbuser:[^*]+\/(video_deletion|video_deletion_reader|platform_owner|video_platform)$/,
  s3: /^(arn:aws:s3:::example-videos|<Platform\.StorageVideos\.Arn>)(\/(videos|uploads|originals)\/\*)?$/,
  secretsmanager: /^arn:aws:secretsmanager:::secret:platform\/(r2-keys|cache)-\?{6}$/,
  sqs: /^<State\.(Cleanup|CleanupDeadLetters|Edge)\.Arn>$/,
  states: /^arn:aws:states:::execution:[^*]+:\*$/,
};

const isObjectChange = (action: string) => /^s3:(Delete|Put|Restore|Replicate|Abort|Bypass)/.test(action);
const isLook = (action: string) => /^s3:(List\w+|GetBucketVersioning)$/.test(action);
const isBelowPrefix = (resource: string) => /\/(videos|uploads|originals)\/\*$/.test(resource);

/** Everything that a function may do and must not be able to, as `function: action on resource`. */
function tooMuch(templates: Templates): string[] {
  return [...rightsByFunction(templates)].flatMap(([name, rights]) =>
    rights.filter((right) => isTooMuch(name, right)).map(({ action, resource }) => `${name}: ${action} on ${resource}`),
  );
}

function isTooMuch(name: string, { action, resource }: Right): boolean {
  if (action.includes('*')) return true;
  if (WITHOUT_RESOURCES.includes(action)) return false;
  const allowed = RESOURCES[action.split(':')[0] ?? ''];
  if (!allowed?.test(resource)) return true;
  if (action.startsWith('s3:') && name !== 'cleanup' && !(name === 'find-orphans' && isLook(action))) return true;
  if (action.startsWith('cloudfront') && name !== 'invalidate-edge') return true;
  if (action === 'dynamodb:DeleteItem') return true;
  return isObjectChange(action) && !isBelowPrefix(resource);
}

/** What there is to sending to the cleanup queue. */
const sends = (rights: Right[]) =>
  rights.flatMap(({ action, resource }) =>
    /^sqs:/.test(action) && resource === '<State.Cleanup.Arn>' ? [`${action} ${resource}`] : [],
  );
const rightsOf = (templates: Templates, name: string) => rightsByFunction(templates).get(name) ?? [];

describe.each(ENVIRONMENT_NAMES)('in %s', (environment) => {
  it('no function may do more than its part', () => {
    expect(tooMuch(templatesOf(environment))).toEqual([]);
  });

  it('no role of any stack may do every action of a service', () => {
    const templates = templatesOf(environment);
    for (const stack of Object.keys(templates) as (keyof Templates)[]) {
      const all = [...rightsByRole(templates, stack).values()].flat();
      expect(all.filter(({ action }) => /[*?]/.test(action))).toEqual([]);
    }
  });

  it('no function of the API can touch an object', () => {
    const touching = API.flatMap((name) => rightsOf(templatesOf(environment), name)).filter(({ action }) =>
      action.startsWith('s3:'),
    );
    expect(touching).toEqual([]);
  });

  it('only cleanup serves as the role that may delete, and only migrations run as the owner', () => {
    const users = [...rightsByFunction(templatesOf(environment))].map(([name, rights]) => [
      name,
      rights.filter(({ action }) => action === 'rds-db:connect').map(({ resource }) => resource.split('/').at(-1)),
    ]);
    const migrating = environment === 'dev' ? 'video_platform' : 'platform_owner';
    expect(Object.fromEntries(users)).toEqual({
      'request-deletion': ['video_deletion_reader'],
      'read-deletions': ['video_deletion_reader'],
      'undo-deletion': ['video_deletion_reader'],
      'replay-deletion': ['video_deletion_reader'],
      'hold-video': ['video_deletion_reader'],
      cleanup: ['video_deletion'],
      'invalidate-edge': [],
      sweep: ['video_deletion_reader'],
      'find-orphans': ['video_deletion_reader'],
      migrate: [migrating],
    });
  });

  it('holds and releases begin and move tombstones and bring them to a worker, and that is all', () => {
    const rights = rightsOf(templatesOf(environment), 'hold-video');
    const ofOurs = rights.filter(({ action }) => /^(dynamodb|sqs|kms|s3|elasticache|events|states):/.test(action));
    expect(ofOurs.map(({ action, resource }) => `${action} ${resource}`).sort()).toEqual([
      'dynamodb:GetItem <State.Tombstones.Arn>',
      'dynamodb:PutItem <State.Tombstones.Arn>',
      'dynamodb:UpdateItem <State.Tombstones.Arn>',
      ...sends(rights),
    ]);
    expect(sends(rights)).toContain('sqs:SendMessage <State.Cleanup.Arn>');
  });

  it('nobody but CloudFront can read the bucket of the page', () => {
    const { web } = templatesOf(environment);
    web.allResourcesProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    const statements = Object.values(web.findResources('AWS::S3::BucketPolicy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement as { Effect: string; Principal: unknown }[],
    );
    const readers = statements.filter(({ Effect }) => Effect === 'Allow').map(({ Principal }) => Principal);
    expect(readers).toContainEqual({ Service: 'cloudfront.amazonaws.com' });
    expect(readers).not.toContainEqual('*');
    expect(readers).not.toContainEqual({ AWS: '*' });
  });
});

describe('cleanup', () => {
  it('lists only below the prefixes', () => {
    const lists = rightsOf(templatesOf('prod'), 'cleanup').filter(({ action }) =>
      /^s3:ListBucket(Versions)?$/.test(action),
    );
    const condition = { StringLike: { 's3:prefix': ['videos/*', 'uploads/*', 'originals/*'] } };
    expect(lists.map((right) => right.condition)).toEqual([condition, condition]);
  });

  it('deletes nothing in S3 where the videos are in R2', () => {
    const actions = rightsOf(templatesOf('staging'), 'cleanup').map(({ action }) => action);
    expect(actions.filter((action) => action.startsWith('s3:'))).toEqual([]);
    expect(actions).toContain('secretsmanager:GetSecretValue');
  });
});

describe('find-orphans', () => {
  it('looks below videos/ and the originals, reads tombstones one by one, and can change nothing', () => {
    const rights = rightsOf(templatesOf('prod'), 'find-orphans').filter(({ action }) =>
      /^(?!ec2|xray|logs)/.test(action),
    );
    const prefixes = ['videos/*', 'uploads/*', 'originals/*'];
    const below = { StringLike: { 's3:prefix': prefixes } };
    const bucket = 'arn:aws:s3:::example-videos';
    const expected: Right[] = [
      { action: 'dynamodb:GetItem', resource: '<State.Tombstones.Arn>' },
      { action: 'rds-db:connect', resource: expect.stringMatching(/\/video_deletion_reader$/) },
      { action: 's3:GetBucketVersioning', resource: bucket },
      { action: 's3:ListBucket', resource: bucket, condition: below },
      { action: 's3:ListBucketMultipartUploads', resource: bucket },
      { action: 's3:ListBucketVersions', resource: bucket, condition: below },
      ...prefixes
        .toSorted()
        .map((prefix) => ({ action: 's3:ListMultipartUploadParts', resource: `${bucket}/${prefix}` })),
    ];
    expect(rights.toSorted((a, b) => a.action.localeCompare(b.action))).toEqual(expected);
  });

  it('is given the keys of R2 where the videos are there', () => {
    const actions = rightsOf(templatesOf('staging'), 'find-orphans').map(({ action }) => action);
    expect(actions.filter((action) => action.startsWith('s3:'))).toEqual([]);
    expect(actions).toContain('secretsmanager:GetSecretValue');
  });
});

describe('the proof', () => {
  type Grant = { actions: string[]; resources: string[] };
  const S3 = 'arn:aws:s3:::example-videos';
  const broken: [string, keyof Deployment['service']['functions'], Grant][] = [
    ['an action is every action', 'cleanup', { actions: ['s3:*'], resources: [`${S3}/videos/*`] }],
    ['objects anywhere', 'cleanup', { actions: ['s3:DeleteObject'], resources: [`${S3}/*`] }],
    [
      'objects of another bucket',
      'cleanup',
      { actions: ['s3:DeleteObject'], resources: ['arn:aws:s3:::other/videos/*'] },
    ],
    ['objects by the API', 'request-deletion', { actions: ['s3:DeleteObject'], resources: [`${S3}/videos/*`] }],
    ['objects by whoever only looks', 'find-orphans', { actions: ['s3:DeleteObject'], resources: [`${S3}/videos/*`] }],
    ['another table', 'sweep', { actions: ['dynamodb:GetItem'], resources: ['arn:aws:dynamodb:::table/other'] }],
    ['another queue', 'cleanup', { actions: ['sqs:SendMessage'], resources: ['arn:aws:sqs:::other'] }],
    ['any run', 'cleanup', { actions: ['states:StopExecution'], resources: ['arn:aws:states:::execution:*:*'] }],
    ['any distribution', 'invalidate-edge', { actions: ['cloudfront:CreateInvalidation'], resources: ['*'] }],
  ];

  it.each(broken)('goes red when a function is granted %s', (_what, name, grant) => {
    const templates = synthesise(environmentNamed('prod'), ({ service }) => {
      service.functions[name].addToRolePolicy(new PolicyStatement(grant));
    });
    expect(tooMuch(templates)).not.toEqual([]);
  });
});
