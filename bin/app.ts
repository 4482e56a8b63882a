import { App, Stack } from 'aws-cdk-lib';

const app = new App();
new Stack(app, 'VideoDeletion', { description: 'Deletes videos completely and provably' });
app.synth();
