import { CfnOutput, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnRoute,
  type CfnStage,
  CorsHttpMethod,
  DomainName,
  HttpApi,
  type HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { isThrottledApart, ROUTES, type Route } from '../../../functions/http/routes.ts';
import type { Platform } from '../../platform.ts';
import type { DeletionFunction } from '../functions/deletion-function.ts';

export type DeletionApiProps = {
  functions: Record<Route['function'], DeletionFunction>;
  issuer: Platform['issuer'];
  /** The origins whose pages may call the API: our page's, if it has its own domain name, and others. */
  origins: readonly string[];
  /** `certificateId`: a certificate of ACM in the API's region. */
  domain?: { domainName: string; certificateId: string };
};

/** Requests a second of all callers together. People who press a button stay below it; a script gets 429. */
const THROTTLE = { rateLimit: 100, burstLimit: 200 };
/** For each route that is throttled apart. */
const THROTTLE_APART = { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100, DetailedMetricsEnabled: true };

/** The access log does not identify the caller: it contains neither address nor token. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  routeKey: '$context.routeKey',
  status: '$context.status',
  authorizerError: '$context.authorizer.error',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
  integrationStatus: '$context.integration.status',
  latency: '$context.responseLatency',
};

/** The HTTP API, with every route of `functions/http/routes.ts`. It accepts the issuer's tokens. */
export class DeletionApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  /** The host name that callers use. */
  readonly host: string;

  constructor(scope: Construct, id: string, props: DeletionApiProps) {
    super(scope, id);
    const { issuer, origins } = props;
    this.api = new HttpApi(this, 'Api', {
      description: 'Deletes videos',
      createDefaultStage: false,
      ...(origins.length > 0 && { corsPreflight: corsFor(origins) }),
      defaultAuthorizer: new HttpJwtAuthorizer('Issuer', issuer.url, { jwtAudience: [...issuer.audience] }),
    });
    this.stage = this.addStage(props);
    // Put together, not taken apart: the output of a stack may not stand inside another stack's `Fn::Split`.
    const { region, urlSuffix } = Stack.of(this);
    this.host = props.domain?.domainName ?? `${this.api.apiId}.execute-api.${region}.${urlSuffix}`;
    this.addRoutes(props);
    this.throttleApart();
    new CfnOutput(this, 'Url', { value: `https://${this.host}` });
  }

  private addStage({ domain }: DeletionApiProps): HttpStage {
    const log = new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: THROTTLE,
      detailedMetricsEnabled: true,
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
      ...(domain && { domainMapping: { domainName: this.addDomain(domain) } }),
    });
  }

  /** The stage can name a route only once the route is there. */
  private throttleApart(): void {
    const keys = ROUTES.filter(isThrottledApart).map(({ method, path }) => `${method} ${path}`);
    const stage = this.stage.node.defaultChild as CfnStage;
    stage.addPropertyOverride('RouteSettings', Object.fromEntries(keys.map((key) => [key, THROTTLE_APART])));
    for (const child of this.api.node.findAll())
      if (child instanceof CfnRoute && keys.includes(child.routeKey)) stage.addResourceDependency(child);
  }

  private addDomain({ domainName, certificateId }: NonNullable<DeletionApiProps['domain']>): DomainName {
    const arn = Stack.of(this).formatArn({ service: 'acm', resource: 'certificate', resourceName: certificateId });
    const domain = new DomainName(this, 'Domain', {
      domainName,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', arn),
    });
    new CfnOutput(this, 'DnsTarget', {
      description: `Point ${domainName} here (CNAME, or an alias in the zone of the next output)`,
      value: domain.regionalDomainName,
    });
    new CfnOutput(this, 'DnsTargetZone', { value: domain.regionalHostedZoneId });
    return domain;
  }

  private addRoutes({ functions, origins }: DeletionApiProps): void {
    const integrations = new Map<Route['function'], HttpLambdaIntegration>();
    for (const route of ROUTES) {
      const name = route.function;
      const integration = integrations.get(name) ?? new HttpLambdaIntegration(name, functions[name], ONE_PERMISSION);
      integrations.set(name, integration);
      const added = this.api.addRoutes({
        path: route.path,
        methods: methodsOf(route, { isCrossOrigin: origins.length > 0 }),
        integration,
        ...(route.authorizer === 'none' && { authorizer: new HttpNoneAuthorizer() }),
      });
      if (route.authorizer === 'jwt') continue;
      for (const open of added) {
        Validations.of(open).acknowledge({
          id: 'AwsSolutions-APIG4',
          reason: 'Anybody may verify a receipt, so the keys are public',
        });
      }
    }
  }
}

/** One permission for each function, because one for each route would exceed the 20 KB limit of a function's policy. */
const ONE_PERMISSION = { scopePermissionToRoute: false };

/**
 * With CORS, API Gateway answers preflight requests itself, unless a route matches OPTIONS. An `ANY` route matches it
 * and would require a token, which browsers do not send in a preflight. So with CORS, `ANY` becomes one route for each
 * method.
 */
function methodsOf({ method, path }: Route, { isCrossOrigin }: { isCrossOrigin: boolean }): HttpMethod[] {
  if (method !== 'ANY' || !isCrossOrigin) return [method as HttpMethod];
  const taken = ROUTES.flatMap((route) => (route.path === path ? [route.method] : []));
  const others = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as HttpMethod[];
  return others.filter((other) => !taken.some((one) => one === other));
}

function corsFor(origins: readonly string[]) {
  return {
    allowOrigins: [...origins],
    allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.DELETE],
    allowHeaders: ['authorization', 'content-type'],
    exposeHeaders: ['location', 'retry-after', 'www-authenticate'],
    maxAge: Duration.minutes(5),
  };
}
