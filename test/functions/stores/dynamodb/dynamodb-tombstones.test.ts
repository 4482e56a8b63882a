import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoDbTombstones, documentClient } from '../../../../functions/stores/dynamodb/dynamodb-tombstones.ts';
import { createDynamoDbLists } from '../../../../functions/stores/dynamodb/tombstone-list.ts';
import { clientSettings } from '../../../../local/aws/client-settings.ts';
import { startDynamoDb } from '../../../../local/dynamodb/dynamodb.ts';
import { tombstonesContract } from '../../../contracts/tombstones.ts';

tombstonesContract(async () => {
  const { endpoint, table, stop } = await startDynamoDb();
  const client = new DynamoDBClient(clientSettings(endpoint));
  return {
    tombstones: {
      ...createDynamoDbTombstones(documentClient(client), { table }),
      ...createDynamoDbLists(documentClient(client), { table }),
    },
    async close() {
      client.destroy();
      await stop();
    },
  };
});
