import { describe, expect, it } from 'vitest';
import { environmentNamed } from '../../lib/environment.ts';
import { synthesise } from '../support/synthesised.ts';

const ADMINS = 'arn:aws:iam::000000000000:role/platform-on-call';

type Statement = { Action: string | string[]; Resource: unknown };
const listOf = <One>(value: One | One[]): One[] => (Array.isArray(value) ? value : [value]);

function operator(): { trust: string; actions: string[]; everywhere: string[]; invoked: string } {
  const { service } = synthesise({ ...environmentNamed('prod'), operators: [ADMINS] });
  const [[id, role] = ['', undefined]] = Object.entries(service.findResources('AWS::IAM::Role')).filter(([name]) =>
    name.startsWith('Operator'),
  );
  const policies = Object.values(service.findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
    JSON.stringify(Properties.Roles).includes(`"${id}"`),
  );
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[]);
  return {
    trust: JSON.stringify(role?.Properties.AssumeRolePolicyDocument),
    actions: statements.flatMap(({ Action }) => listOf(Action)),
    invoked: JSON.stringify(statements.filter(({ Action }) => listOf(Action).includes('lambda:InvokeFunction'))),
    everywhere: statements.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => listOf(Action)),
  };
}

describe('the role of operators', () => {
  const { trust, actions, everywhere, invoked } = operator();

  it('is for those that the environment names, and is not there without them', () => {
    expect(trust).toContain(ADMINS);
    const without = synthesise(environmentNamed('prod')).service.findResources('AWS::IAM::Role');
    expect(Object.keys(without).filter((name) => name.startsWith('Operator'))).toEqual([]);
  });

  it('may run the commands: tombstones, queues, a look into every store, a login', () => {
    expect(actions).toEqual(
      expect.arrayContaining([
        ...['dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:PutItem', 'dynamodb:Scan', 'sqs:SendMessage'],
        ...['sqs:ReceiveMessage', 'sqs:DeleteMessage', 's3:ListBucketVersions', 'states:DescribeExecution'],
        ...['rds-db:connect', 'elasticache:Connect', 'kms:GetPublicKey', 'lambda:InvokeFunction'],
      ]),
    );
  });

  it('has no right of AWS to delete an object, to sign, to stop, or to change a policy', () => {
    expect(
      actions.filter((action) =>
        /Delete(?!Message$)|Sign|Stop|Put(?!Item$)|iam:|\*|UpdateKeys|CreateInvalidation/.test(action),
      ),
    ).toEqual([]);
  });

  it('runs the sweeper and the search, and nothing that takes orders', () => {
    for (const name of ['Sweep', 'FindOrphans']) expect(invoked).toMatch(new RegExp(`"${name}[0-9A-F]{8}"`));
    expect(invoked).not.toMatch(/"(Cleanup|Migrate|Request|Undo|Hold|Replay|Read|InvalidateEdge)/);
  });

  it('only looks at what it may look at everywhere', () => {
    expect(everywhere.filter((action) => !/:(Describe|List|Get|Filter|StartQuery)/.test(action))).toEqual([]);
  });
});
