import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take longest, most of it waiting: begun last, they would be waited for while a core has nothing to do. */
const SLOW = [
  'ops/commands|local/demo|system/(kill|local-command|browser|settings)|web/(delete|console|profile)',
  'lib/(bundles|deployment)|local/postgres|failures/f30-page',
];

/** The order in which the files are run: the slow ones first. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const slow = new RegExp(`/(${SLOW.join('|')})\\.test\\.ts$`);
    const isSlow = ({ moduleId }: TestSpecification) => slow.test(moduleId);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
