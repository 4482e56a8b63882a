import { enableCompileCache } from 'node:module';

// Compiling takes half of a command's start time, so keep the compiled code.
enableCompileCache();
const { runOperator } = await import('../ops/program.ts');

// Not `process.exit`, because it could cut off output that is not written yet.
process.exitCode = await runOperator(process.argv.slice(2));
