import { startSystem } from '../../local/system.ts';
import { KILL_POINTS } from './kill-points.ts';

/**
 * A system in a process of its own, to be killed: `killable-system.ts <folder> <kill point> <video id> <environment as JSON>`.
 * Prints `ready <url>` once it can be asked, and `reached` once the point is.
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
