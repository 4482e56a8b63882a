import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { addDeployment } from '../../lib/deployment.ts';
import { environmentNamed } from '../../lib/environment.ts';

/**
 * Synthesises `dev` into the folder that the one argument names, as `npm run synth -- dev` does: same stacks, same flags. Only our
 * functions are bundled, and the page is any folder. A program of its own, since the CDK blocks its process for seconds.
 */
const [outdir = ''] = process.argv.slice(2);
const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };
const app = new App({ outdir, context: { ...context, 'aws:cdk:bundling-stacks': ['*-Service'] } });
addDeployment(app, environmentNamed('dev'), { pageFolder: 'web/public' });
app.synth();
