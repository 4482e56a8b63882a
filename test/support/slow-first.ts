import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take longest, most of it waiting: begun last, they would be waited for while a core has nothing to do. */
const SLOW =
  /\/(ops\/commands|local\/demo|system\/kill|web\/delete|lib\/bundles|local\/postgres|web\/console|f30-page)\.test\.ts$/;

/** The order in which the files are run: the slow ones first. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification) => SLOW.test(moduleId);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
