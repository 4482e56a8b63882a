import { gateFragment } from '../lib/constructs/state/edge-gate.ts';
import { environmentNamed } from '../lib/environment.ts';
import { refuse, toldInALine } from './told-in-a-line.ts';

/** Prints the gate's code for a CloudFront function of the platform's own: `npm run gate:code -- prod`. */
function run(name: string | undefined): number {
  const { platform } = environmentNamed(name);
  const edge = platform === 'sample' ? undefined : platform.edge;
  if (!edge || edge.mode === 'invalidate') return refuse(`${name} has no gate of its own: see edge.mode`);
  process.stdout.write(gateFragment(edge));
  return 0;
}

process.exitCode = toldInALine(() => run(process.argv[2]));
