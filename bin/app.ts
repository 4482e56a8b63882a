import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addDeployment } from '../lib/deployment.ts';
import { environmentNamed } from '../lib/environment.ts';

// The app that the CDK's command line runs. bin/cdk.ts passes the environment. `cdk bootstrap` runs the app as well,
// but needs none of its stacks.
const app = new App();
const name: unknown = app.node.tryGetContext('environment');
if (name === undefined) console.error('No environment was named (--context environment=dev): there are no stacks');
else addDeployment(app, environmentNamed(name));
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
