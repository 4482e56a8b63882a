import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addDeployment } from '../lib/deployment.ts';
import { environmentNamed } from '../lib/environment.ts';

// The app that the CDK's command line runs. bin/cdk.ts passes the environment.
const app = new App();
addDeployment(app, environmentNamed(app.node.tryGetContext('environment')));
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
