/** What the suite inside the editor tells the runner outside. */
export interface SuiteResult {
  tests: TestResult[];
}

export interface TestResult {
  title: string;
  state: 'passed' | 'failed' | 'skipped';
  /** Stack of the failure. */
  error?: string;
}
