import Table from 'cli-table3';
import pc from 'picocolors';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { ROWS } from './rows.ts';

/** A row is closed when a test has provoked it, and none that did has failed. */
type Outcome = 'closed' | 'RED' | 'NO TEST';
type Judged = { id: string; title: string; outcome: Outcome; evidence: string[] };

/** Lines of evidence that fit beside a row; a matrix of faults has thousands. */
const MOST_LINES = 5;
const TITLE_COLUMNS = 60;
const EVIDENCE_COLUMNS = 90;

/** Prints the table of rows after the run, and lets the run fail unless every row is closed. */
export function reportRows(): Reporter {
  return {
    onTestRunEnd(modules) {
      const judged = judgeRows(modules);
      const closed = judged.filter(({ outcome }) => outcome === 'closed').length;
      const astray = [...strayTests(modules), ...brokenFiles(modules)];
      process.stdout.write(`\n${tableOf(judged)}\n`);
      for (const complaint of astray) process.stdout.write(`${pc.red(complaint)}\n`);
      process.stdout.write(`\n${closed} of ${judged.length}\n`);
      if (closed < judged.length || astray.length > 0) process.exitCode = 1;
    },
  };
}

/** What the tests of each row came to. */
function judgeRows(modules: readonly TestModule[]): Judged[] {
  const tests = testsIn(modules);
  return ROWS.map((row) => {
    const own = tests.filter((test) => rowOf(test) === row.id);
    const passed = own.filter((test) => test.result().state === 'passed');
    const isRed = own.some((test) => test.result().state === 'failed');
    const outcome = isRed ? 'RED' : passed.length > 0 ? 'closed' : 'NO TEST';
    return { ...row, outcome, evidence: evidenceOf(own, passed) };
  });
}

const testsIn = (modules: readonly TestModule[]) => modules.flatMap((module) => [...module.children.allTests()]);

/** The row that the test's own name begins with, else that of the nearest suite around it. */
function rowOf(test: TestCase): string | undefined {
  for (let at: TestCase | TestCase['parent'] = test; at.type !== 'module'; at = at.parent) {
    const [, id] = /^(F\d+) /.exec(at.name) ?? [];
    if (id) return id;
  }
  return undefined;
}

/** Tests whose names begin with no row: nobody would see whether they pass. */
function strayTests(modules: readonly TestModule[]): string[] {
  const ids: (string | undefined)[] = ROWS.map(({ id }) => id);
  const stray = testsIn(modules).filter((test) => !ids.includes(rowOf(test)));
  return stray.map(({ fullName }) => `belongs to no row: ${fullName}`);
}

/** Files of which something failed outside their tests. */
function brokenFiles(modules: readonly TestModule[]): string[] {
  return modules.filter((module) => module.errors().length > 0).map(({ moduleId }) => `could not be run: ${moduleId}`);
}

/** What the tests that passed have measured, the same line once; else how many there are. */
function evidenceOf(tests: readonly TestCase[], passed: readonly TestCase[]): string[] {
  const measured = Map.groupBy(
    passed.flatMap((test) => test.annotations()),
    ({ message }) => message,
  );
  const lines = [...measured].map(([message, { length }]) => (length > 1 ? `${length} × ${message}` : message));
  const left = lines.length - MOST_LINES;
  if (lines.length > 0) return [...lines.slice(0, MOST_LINES), ...(left > 0 ? [`and ${left} more`] : [])];
  return tests.length > 0 ? [`${passed.length} of ${tests.length} tests pass`] : [];
}

function tableOf(judged: readonly Judged[]): string {
  const table = new Table({
    head: ['', 'what goes wrong', 'outcome', 'evidence'],
    colWidths: [null, TITLE_COLUMNS, null, EVIDENCE_COLUMNS],
    style: { head: [], border: [], compact: true },
    wordWrap: true,
  });
  for (const { id, title, outcome, evidence } of judged)
    table.push([id, title, coloured(outcome), evidence.join('\n')]);
  return table.toString();
}

function coloured(outcome: Outcome): string {
  return outcome === 'closed' ? pc.green(outcome) : pc.red(outcome);
}
