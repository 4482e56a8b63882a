import { availableParallelism, loadavg } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { type ColdStartOptions, coldStartTable, measureColdStarts } from './cold-start.ts';
import { type CostOptions, costTables, measureCost } from './cost.ts';
import { type FairnessOptions, fairnessTable, measureFairness } from './fairness.ts';
import { measureObjects, type ObjectsOptions } from './objects.ts';
import { measureQueue, type QueueOptions, queueTable } from './queue.ts';
import { measureRequest, type RequestOptions, requestTable } from './request.ts';
import { measureRows, type RowsOptions, rowsTable } from './rows.ts';
import { type ScaleOptions, scaleTables } from './scale.ts';

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

program
  .command('objects')
  .description(
    'Deletes an HLS video from the S3 simulator in several ways, and compares time, requests, memory and what is left. Also with s5cmd, rclone, s3cmd and aws, if they are on the PATH.',
  )
  .option('--keys <list>', 'sizes of the video', eachAtLeast(1), [100, 1_000, 10_000, 100_000, 1_000_000])
  .option('--list-ms <n>', 'how long the store takes for a list', atLeast(0), 40)
  .option('--delete-ms <n>', 'how long the store takes for a delete', atLeast(0), 120)
  .option('--throttle <n>', 'keys a second that a throttled store accepts', atLeast(1_000), 3_500)
  .option('--throttle-up-to <keys>', 'the largest video to delete from a throttled store', atLeast(1), 100_000)
  .action(async (options: ObjectsOptions) => {
    print(`Node ${process.version}, ${availableParallelism()} cores; the store runs in its own process.`);
    await measureObjects(options, print);
  });

program
  .command('request')
  .description("Splits the time of DELETE into the handler's own and that of its calls, which take as long as on AWS.")
  .option('--requests <n>', 'requests to measure', atLeast(100), 2_000)
  .option('--warm-up <n>', 'requests before them that are not measured', atLeast(0), 200)
  .action(async (options: RequestOptions) => {
    print(machine());
    print(requestTable(await measureRequest(options)));
  });

program
  .command('rows')
  .description(
    'Deletes the rows of a video with many views in several ways: how long it takes, and how long others wait.',
  )
  .option('--views <n>', 'views of the video', atLeast(1_000), 1_000_000)
  .action(async (options: RowsOptions) => {
    print(`${machine()}; ${options.views} views; PostgreSQL flushes to the disk`);
    print(rowsTable(await measureRows(options)));
  });

program
  .command('queue')
  .description('Deletes many videos end to end on the local system: deletions a second, and memory.')
  .option('--videos <n>', 'videos to delete', atLeast(1), 100)
  .option('--objects <n>', 'objects of each video', atLeast(5), 200)
  .option('--naive <n>', 'videos to delete one by one for comparison', atLeast(1), 10)
  .action(async (options: QueueOptions) => {
    print(`${machine()}; all services in one process, settling for 1 s`);
    print(queueTable(await measureQueue(options)));
  });

program
  .command('fairness')
  .description("How long an owner's single deletion takes while another owner has many.")
  .option('--deletions <n>', 'deletions that one owner requests', atLeast(10), 200)
  .option('--objects <n>', 'objects of each video', atLeast(5), 20)
  .option('--singles <n>', 'deletions of other owners', atLeast(1), 5)
  .option('--no-in-order', 'skip the queue without fairness, where each single deletion waits for all of the many')
  .action(async (options: FairnessOptions) => {
    print(`${machine()}; ${options.deletions} deletions of ${options.objects} objects each, settling for 1 s`);
    print(fairnessTable(await measureFairness(options)));
  });

program
  .command('cost')
  .description('Counts the calls of deletions on the local system, and the list price of a million deletions.')
  .option('--videos <n>', 'videos to delete', atLeast(1), 5)
  .option('--objects <n>', 'objects of each video', atLeast(5), 1_000)
  .action(async (options: CostOptions) => {
    print(`${options.videos} videos of ${options.objects} objects each are counted; us-east-1, without free tiers`);
    print(costTables(await measureCost(options), options));
  });

program
  .command('scale')
  .description(
    'A model, without measurements: which AWS quota is the limit at which rate, and how long many objects take.',
  )
  .option('--objects <n>', 'objects to delete in total', atLeast(1), 1_000_000_000)
  .action((options: ScaleOptions) => print(scaleTables(options)));

/** The measurements of `npm run bench` without a name: with the sizes of docs/SCALE.md, or with small ones. */
const ALL = {
  full: [
    'scale',
    'cost',
    'cold-start',
    'request',
    'rows',
    'objects',
    'queue --videos 1000',
    'fairness --deletions 10000 --no-in-order',
  ],
  quick: [
    'scale',
    'cost --videos 2',
    'cold-start --runs 5',
    'request --requests 500',
    'rows --views 100000',
    'objects --keys 100,1000,10000',
    'queue',
    'fairness',
  ],
};

program
  .command('all', { isDefault: true })
  .description('Runs all measurements one after another, which takes an hour or two. This is the default.')
  .option('--quick', 'use small sizes, which takes a few minutes')
  .action(async ({ quick = false }: { quick?: boolean }) => {
    for (const one of quick ? ALL.quick : ALL.full) {
      print(`\n${one}`);
      await program.parseAsync(one.split(' '), { from: 'user' });
    }
  });

await program.parseAsync();

function machine(): string {
  return `Node ${process.version}, ${process.arch}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`;
}

function eachAtLeast(least: number) {
  return (text: string): number[] => text.split(',').map(atLeast(least));
}

function atLeast(least: number) {
  return (text: string): number => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < least) throw new InvalidArgumentError(`Expected ${least} or more.`);
    return number;
  };
}
