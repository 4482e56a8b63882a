import { enableCompileCache } from 'node:module';

// Half of the time that a command takes to start is spent on compiling it.
enableCompileCache();
const { runOperator } = await import('../ops/program.ts');

// Not `process.exit`: what was printed may still be on its way.
process.exitCode = await runOperator(process.argv.slice(2));
