#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// A reader that has seen enough, such as `head`, closes the pipe. That is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// Compiling takes half of a command's start time, so keep the compiled code.
enableCompileCache();
const { runOperator } = await import('../ops/program.ts');

// Not `process.exit`, because it could cut off output that is not written yet.
process.exitCode = await runOperator(process.argv.slice(2));
