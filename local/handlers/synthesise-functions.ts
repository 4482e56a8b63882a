import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { addDeployment } from '../../lib/deployment.ts';
import { environmentNamed } from '../../lib/environment.ts';

/**
 * Synthesises `dev` into the folder that the argument names, like `npm run synth -- dev`: same stacks, same flags. It
 * bundles only our functions, and uses any folder as the page. It is a separate program because the CDK blocks its
 * process for seconds.
 */
const [outdir = ''] = process.argv.slice(2);
const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };
const app = new App({ outdir, context: { ...context, 'aws:cdk:bundling-stacks': ['*-Service'] } });
addDeployment(app, environmentNamed('dev'), { pageFolder: 'web/public' });
app.synth();
