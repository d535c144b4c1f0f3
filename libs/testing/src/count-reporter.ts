import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** Content of the file named in `AFTERTONE_TEST_COUNTS`. */
export interface TestCounts {
  passed: number;
  /** Tests, and files and hooks that failed outside any test. */
  failed: number;
  skipped: { name: string; reason: string | null }[];
}

/** Writes the counts of a run to a file, for whoever started the run to print as its last line. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = process.env.AFTERTONE_TEST_COUNTS;
    if (file === undefined) return;
    writeFileSync(file, JSON.stringify(count(modules, unhandled.length)));
  }
}

function count(modules: readonly TestModule[], unhandled: number): TestCounts {
  const counts: TestCounts = { passed: 0, failed: unhandled, skipped: [] };
  for (const module of modules) {
    let failedTests = 0;
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed') counts.passed += 1;
      else if (result.state === 'failed') failedTests += 1;
      else counts.skipped.push({ name: test.fullName, reason: ('note' in result && result.note) || null });
    }
    // A file that cannot be loaded, or whose hooks fail, is a failure even when it holds no failed test.
    counts.failed += failedTests > 0 ? failedTests : module.ok() ? 0 : 1;
  }
  return counts;
}
