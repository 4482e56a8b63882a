import { startSystem } from '../../local/system.ts';
import { KILL_POINTS } from './kill-points.ts';

/**
 * A system in its own process, to be killed: `killable-system.ts <folder> <kill point> <video id> <environment as
 * JSON>`. Prints `ready <url>` when it accepts requests, and `reached` when it has reached the point.
 */
const [folder = '', point = '', videoId = '', environment = '{}'] = process.argv.slice(2);
const { wrap, prepare } = KILL_POINTS[point] ?? {};
if (!wrap && !prepare) throw new Error(`There is no kill point "${point}"`);

const print = (line: string) => void process.stdout.write(`${line}\n`);
const reach = () => {
  print('reached');
  return new Promise<never>(() => {});
};
const silent = { info() {}, warn() {}, error() {} };

const system = await startSystem({
  folder,
  storage: 's3',
  port: 0,
  environment: JSON.parse(environment),
  log: silent,
  wrap: (ports) => wrap?.(ports, reach) ?? ports,
});
await prepare?.(system, videoId, reach);
print(`ready ${system.url}`);
