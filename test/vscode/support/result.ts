/** What the suite inside the editor tells the runner outside. */
export interface SuiteResult {
  tests: TestResult[];
}

export interface TestResult {
  title: string;
  state: 'passed' | 'failed' | 'skipped';
  /** Stacks of the attempts that failed: a test that fails is tried once more. */
  failures: string[];
}
