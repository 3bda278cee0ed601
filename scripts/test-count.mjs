/**
 * What a run of vitest came to, from what its JSON reporter wrote. A file that could not be loaded, a test that did not
 * run, and an error outside of any test count as failed: none of them may look like success.
 *
 * @param {{ testResults: readonly { status: string, assertionResults: readonly { status: string }[] }[] }} results
 * @param {boolean} succeeded what vitest's exit code says
 * @returns {{ passed: number, failed: number, notRun: number }}
 */
export function countOf(results, succeeded) {
  let passed = 0
  let failed = 0
  let notRun = 0
  for (const { status, assertionResults } of results.testResults) {
    for (const test of assertionResults) {
      if (test.status === 'passed') passed++
      else if (test.status === 'failed') failed++
      else notRun++
    }
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed')) failed++
  }
  failed += notRun
  if (!succeeded && failed === 0) failed = 1
  return { passed, failed, notRun }
}
