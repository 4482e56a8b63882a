import { gateFragment } from '../lib/constructs/state/edge-gate.ts';
import { environmentNamed, WrongEnvironment } from '../lib/environment.ts';

/** Prints the gate's code for a CloudFront function of the platform's own: `npm run gate:code -- prod`. */
function run(name: string | undefined): number {
  try {
    const { platform } = environmentNamed(name);
    const edge = platform === 'sample' ? undefined : platform.edge;
    if (!edge || edge.mode === 'invalidate') return refuse(`${name} has no gate of its own: see edge.mode`);
    process.stdout.write(gateFragment(edge));
    return 0;
  } catch (error) {
    if (error instanceof WrongEnvironment) return refuse(error.message);
    throw error;
  }
}

function refuse(reason: string): number {
  console.error(reason);
  return 1;
}

process.exitCode = run(process.argv[2]);
