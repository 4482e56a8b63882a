import { readFile } from 'node:fs/promises';

/** The functions that the state machine calls, in the order of the calls. */
export const PROCESSING_FUNCTIONS = ['Probe', 'Transcode', 'Thumbnail', 'Publish'] as const;
export type ProcessingFunction = (typeof PROCESSING_FUNCTIONS)[number];

/**
 * The state machine (Amazon States Language, JSONPath), with `functionArns` in place of `${ProbeFunctionArn}` and the
 * other placeholders in the file.
 */
export async function processingDefinition(functionArns: Record<ProcessingFunction, string>): Promise<object> {
  const text = await readFile(new URL('processing.asl.json', import.meta.url), 'utf8');
  const substituted = PROCESSING_FUNCTIONS.reduce(
    (definition, name) => definition.replaceAll(`\${${name}FunctionArn}`, functionArns[name]),
    text,
  );
  return JSON.parse(substituted) as object;
}
