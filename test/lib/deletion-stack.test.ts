import { App } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { DeletionStack } from '../../lib/deletion-stack.ts';

it('is synthesised without an account, a region or a name of its own', () => {
  const app = new App();
  new DeletionStack(app, 'VideoDeletion');
  const { environment, templateFile } = app.synth().getStackByName('VideoDeletion');
  expect([environment.account, environment.region]).toEqual(['unknown-account', 'unknown-region']);
  expect(templateFile).toBe('VideoDeletion.template.json');
});
