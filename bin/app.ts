import { App } from 'aws-cdk-lib';
import { DeletionStack } from '../lib/deletion-stack.ts';

const app = new App();
new DeletionStack(app, 'VideoDeletion');
app.synth();
