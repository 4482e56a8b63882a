import { describe, expect, it } from 'vitest';
import { processingDefinition } from '../../../platform/processing/definition.ts';

describe('processingDefinition', () => {
  it('calls the functions that it was given, and leaves no placeholder', async () => {
    const arns = { Probe: 'arn:probe', Transcode: 'arn:transcode', Thumbnail: 'arn:thumbnail', Publish: 'arn:publish' };
    const text = JSON.stringify(await processingDefinition(arns));
    expect(text.match(/"Resource":"[^"]*"/g)).toEqual(Object.values(arns).map((arn) => `"Resource":"${arn}"`));
  });
});
