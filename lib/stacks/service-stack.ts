import { Stack, type StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FunctionNetwork } from '../constructs/functions/function-network.ts';
import { DELIVERIES } from '../constructs/functions/function-sizes.ts';
import { Migrations } from '../constructs/functions/migrations.ts';
import { OperatorRole } from '../constructs/functions/operator-role.ts';
import { SearchSchedule } from '../constructs/functions/search-schedule.ts';
import { SweepSchedule } from '../constructs/functions/sweep-schedule.ts';
import { DeletionApi } from '../constructs/state/deletion-api.ts';
import { createFunctions, type DeletionFunctions } from '../deletion-functions.ts';
import type { Environment } from '../environment.ts';
import { grantAccess } from '../grant-access.ts';
import { importPlatform } from '../import-platform.ts';
import type { Platform } from '../platform.ts';
import type { StateStack } from './state-stack.ts';

export type ServiceStackProps = StackProps & {
  environment: Environment;
  state: StateStack;
  /** The sample platform, if the environment uses it. */
  platform?: Platform;
};

/**
 * The parts that delete videos: API, functions and schedules. The stack stores no data and may be replaced at any time.
 */
export class ServiceStack extends Stack {
  readonly platform: Platform;
  readonly functions: DeletionFunctions;
  readonly api: DeletionApi;

  constructor(scope: Construct, id: string, { environment, state, platform, ...props }: ServiceStackProps) {
    super(scope, id, { description: 'Video deletion: API, functions, schedule', ...props });
    this.platform = platform ?? this.import(environment, state);
    const network = new FunctionNetwork(this, 'Network', this.platform, state.functionsGroup);
    const { userIdClaim } = this.platform.issuer;
    this.functions = createFunctions(this, { network, environment, ...(userIdClaim && { userIdClaim }) });
    const operator =
      environment.operators &&
      new OperatorRole(this, 'Operator', {
        principals: environment.operators,
        functions: Object.values(this.functions),
        schedules: [this.functions.sweep, this.functions['find-orphans']],
      });
    grantAccess(new Construct(this, 'Access'), this.functions, {
      ...(operator && { operator }),
      state,
      platform: this.platform,
      eventBusName: environment.eventBusName,
    });

    const { migrate, ...serving } = this.functions;
    const { rules } = this.platform.network;
    new Migrations(this, 'Migrations', {
      migrate,
      after: [network, ...(rules ? [rules] : [])],
      before: Object.values(serving),
    });
    new SweepSchedule(this, 'Sweeping', { sweep: serving.sweep });
    new SearchSchedule(this, 'Searching', { search: serving['find-orphans'] });
    state.queues.cleanup.deliverTo(serving.cleanup, DELIVERIES.cleanup);
    if (this.platform.edge) state.queues.edge.deliverTo(serving['invalidate-edge'], DELIVERIES['invalidate-edge']);
    this.api = new DeletionApi(this, 'Api', {
      functions: serving,
      issuer: this.platform.issuer,
      origins: [
        ...(environment.page ? [`https://${environment.page.domainName}`] : []),
        ...(environment.allowedOrigins ?? []),
      ],
      ...(environment.api && { domain: environment.api }),
    });
  }

  private import({ name, platform }: Environment, { gate }: StateStack): Platform {
    if (platform === 'sample') throw new Error(`${name} uses the sample platform, but its stack was not passed`);
    return importPlatform(new Construct(this, 'Platform'), platform, gate);
  }
}
