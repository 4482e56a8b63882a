import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';

/**
 * Runs the contract of the storage against a real server that speaks S3: `npm run test:store -- --endpoint <url>
 * --bucket <name>`. The bucket must be empty. Credentials come from the environment, as for any program of the SDK.
 * `--versioned`: the bucket has versions.
 */
const { values } = parseArgs({
  options: {
    endpoint: { type: 'string' },
    bucket: { type: 'string' },
    versioned: { type: 'boolean', default: false },
    uploads: { type: 'string', default: 'prefix' },
  },
});
if (!values.endpoint || !values.bucket) {
  process.stderr.write('Expected --endpoint <url> --bucket <name>\n');
  process.exit(2);
}
process.env.STORE_ENDPOINT = values.endpoint;
process.env.STORE_BUCKET = values.bucket;
process.env.STORE_VERSIONED = `${values.versioned}`;
process.env.STORE_UPLOADS = values.uploads;
process.env.AWS_REGION ??= 'us-east-1';
const vitest = await startVitest('test', [], { config: 'test/store/vitest.config.ts', run: true });
await vitest.close();
