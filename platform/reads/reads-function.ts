import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { readSettings } from '../../functions/settings/settings.ts';
import { createDynamoDbTombstones, documentClient } from '../../functions/stores/dynamodb/dynamodb-tombstones.ts';
import { connectDatabase } from '../../functions/stores/postgres/connect-database.ts';
import { databaseAddress } from '../../functions/stores/postgres/database-address.ts';
import { connectCache } from '../../functions/stores/redis/connect-cache.ts';
import { createReadCache } from './read-cache.ts';
import { createPlatformRoutes } from './routes.ts';

type Event = APIGatewayProxyEventV2WithJWTAuthorizer;

const ROUTES = new Map(connectRoutes().map(({ method, path, handler: serve }) => [`${method} ${path}`, serve]));

/** The sample platform's API as one Lambda function behind an HTTP API that names the same routes. */
export async function handler(event: Event): Promise<APIGatewayProxyStructuredResultV2> {
  const serve = ROUTES.get(event.routeKey);
  if (!serve) throw new Error(`The API has sent ${event.routeKey}, and the function serves ${[...ROUTES.keys()]}`);
  return await serve(event);
}

function connectRoutes() {
  const settings = readSettings(process.env, ['state', 'callers', 'database', 'cache']);
  const { CACHE_URL: url, CACHE_MODE: mode, CACHE_USER: user, CACHE_NAME: cache } = settings;
  const redis = url ? connectCache({ url, mode, ...(user && cache && { iam: { user, cache } }) }) : undefined;
  const client = documentClient(new DynamoDBClient());
  return createPlatformRoutes({
    db: connectDatabase(databaseAddress(settings), { maxConnections: 1 }),
    ...(redis && { cache: createReadCache(redis) }),
    tombstones: createDynamoDbTombstones(client, { table: settings.DELETIONS_TABLE }),
    userIdClaim: settings.USER_ID_CLAIM,
  });
}
