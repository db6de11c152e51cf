/** Names the tests that passed only at their second try, with what went wrong at the first: it may be a rare fault of ours. */
import process from 'node:process';

export class SecondTry {
  #found = [];

  onTestCaseResult(test) {
    const { state, errors } = test.result();
    if (state !== 'passed' || (test.diagnostic()?.retryCount ?? 0) === 0) return;
    this.#found.push(`${test.module.relativeModuleId} > ${test.fullName}: ${errors?.[0]?.message ?? ''}`);
  }

  onTestRunEnd() {
    for (const what of this.#found) process.stdout.write(`passed at its second try: ${what}\n`);
  }
}
