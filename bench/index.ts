import { availableParallelism, loadavg } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { type ColdStartOptions, coldStartTable, measureColdStarts } from './cold-start.ts';
import { type CostOptions, costTables, measureCost } from './cost.ts';
import { type FairnessOptions, fairnessTable, measureFairness } from './fairness.ts';
import { installPrograms } from './objects/programs.ts';
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
    'Deletes a video in HLS from the S3 simulator, in our way and in others: time, requests, memory, what is left.',
  )
  .option('--keys <list>', 'sizes of the video', eachAtLeast(1), [100, 1_000, 10_000, 100_000, 1_000_000])
  .option('--list-ms <n>', 'what the store takes for a list', atLeast(0), 40)
  .option('--delete-ms <n>', 'what it takes for a delete', atLeast(0), 120)
  .option('--throttle <n>', 'keys a second that it takes when it is throttled', atLeast(1_000), 3_500)
  .option('--throttle-up-to <keys>', 'the largest video that is deleted under a throttle', atLeast(1), 100_000)
  .option('--no-install', 'leave rclone and s3cmd out where they are not installed')
  .action(async ({ install, ...options }: ObjectsOptions & { install: boolean }) => {
    if (install) await installPrograms(print);
    print(`Node ${process.version}, ${availableParallelism()} cores; the store has a process of its own.`);
    await measureObjects(options, print);
  });

program
  .command('request')
  .description('The time of DELETE taken apart: its own, and that of its calls, which take as long as the services do.')
  .option('--requests <n>', 'that are measured', atLeast(100), 2_000)
  .option('--warm-up <n>', 'before them', atLeast(0), 200)
  .action(async (options: RequestOptions) => {
    print(machine());
    print(requestTable(await measureRequest(options)));
  });

program
  .command('rows')
  .description('Deletes the rows of a video with many views, in our way and in others: time, and who waits for it.')
  .option('--views <n>', 'of the video', atLeast(1_000), 1_000_000)
  .action(async (options: RowsOptions) => {
    print(`${machine()}; ${options.views} views; PostgreSQL flushes to the disk`);
    print(rowsTable(await measureRows(options)));
  });

program
  .command('queue')
  .description('Deletes many videos end to end on the local system: deletions a second, and memory.')
  .option('--videos <n>', 'to delete', atLeast(1), 100)
  .option('--objects <n>', 'of each', atLeast(5), 200)
  .option('--naive <n>', 'deleted one by one for comparison', atLeast(1), 10)
  .action(async (options: QueueOptions) => {
    print(`${machine()}; all services in one process, settling for 1 s`);
    print(queueTable(await measureQueue(options)));
  });

program
  .command('fairness')
  .description("How long an owner's single deletion takes beside another's many.")
  .option('--deletions <n>', 'that one owner asks for', atLeast(10), 200)
  .option('--objects <n>', 'of each video', atLeast(5), 20)
  .option('--singles <n>', "of others' deletions", atLeast(1), 5)
  .option('--no-in-order', 'leave the queue out that is not fair: there, each single waits for all of the many')
  .action(async (options: FairnessOptions) => {
    print(`${machine()}; ${options.deletions} deletions of ${options.objects} objects each, settling for 1 s`);
    print(fairnessTable(await measureFairness(options)));
  });

program
  .command('cost')
  .description('Counts the calls of deletions on the local system, and what a million would cost at list prices.')
  .option('--videos <n>', 'to count with', atLeast(1), 5)
  .option('--objects <n>', 'of each', atLeast(5), 1_000)
  .action(async (options: CostOptions) => {
    print(`${options.videos} videos of ${options.objects} objects each are counted; us-east-1, without free tiers`);
    print(costTables(await measureCost(options), options));
  });

program
  .command('scale')
  .description('Which quota of AWS binds at which rate, and how long many objects take: a model, nothing is measured.')
  .option('--objects <n>', 'to delete in all', atLeast(1), 1_000_000_000)
  .action((options: ScaleOptions) => print(scaleTables(options)));

/** What `npm run bench` measures by itself: at the sizes that docs/SCALE.md speaks of, or at small ones. */
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
    'objects --keys 100,1000,10000 --no-install',
    'queue',
    'fairness',
  ],
};

program
  .command('all', { isDefault: true })
  .description('All of these, one after another: an hour or two. Also without a name.')
  .option('--quick', 'at small sizes: a few minutes')
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
