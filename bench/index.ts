import { Command, InvalidArgumentError } from 'commander';
import { type ColdStartOptions, coldStartTable, measureColdStarts } from './cold-start.ts';

const print = (line: string) => void process.stdout.write(`${line}\n`);

const program = new Command('npm run bench --').description('Measurements that print a table.');

program
  .command('cold-start')
  .description('Size, load time on this Node and largest parts of every function, bundled as for a deployment.')
  .option('--runs <n>', 'fresh processes for each function', atLeast(5), 9)
  .option('--parts <n>', 'how many of the largest parts to name', atLeast(1), 5)
  .action(async (options: ColdStartOptions) => {
    print(`Node ${process.version}, ${process.arch}; ${options.runs} processes for each function …`);
    print(coldStartTable(await measureColdStarts(options), options));
  });

await program.parseAsync();

function atLeast(least: number) {
  return (text: string): number => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < least) throw new InvalidArgumentError(`Expected ${least} or more.`);
    return number;
  };
}
