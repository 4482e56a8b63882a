import type { IGrantable, IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { SettingName } from './deletion-function.ts';

/** Whoever is granted something: a function, which is told its settings as well, or the role of operators. */
export interface Grantee extends IConstruct, IGrantable {
  readonly role?: IRole;
  addToRolePolicy(statement: PolicyStatement): void;
  set(settings: Partial<Record<SettingName, string>>): unknown;
  addEnvironment(name: string, value: string): unknown;
}
