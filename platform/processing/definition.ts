import { readFile } from 'node:fs/promises';

/** The functions that the state machine calls, in the order in which it does. */
export const PROCESSING_FUNCTIONS = ['Probe', 'Transcode', 'Thumbnail', 'Publish'] as const;
export type ProcessingFunction = (typeof PROCESSING_FUNCTIONS)[number];

/** The state machine (Amazon States Language, JSONPath) with `functionArns` where the file has `${ProbeFunctionArn}` … */
export async function processingDefinition(functionArns: Record<ProcessingFunction, string>): Promise<object> {
  const text = await readFile(new URL('processing.asl.json', import.meta.url), 'utf8');
  const substituted = PROCESSING_FUNCTIONS.reduce(
    (definition, name) => definition.replaceAll(`\${${name}FunctionArn}`, functionArns[name]),
    text,
  );
  return JSON.parse(substituted) as object;
}
