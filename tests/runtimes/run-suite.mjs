// A suite of `unitflow/testing` without a test runner: for hosts in which there is none.

/**
 * Runs the tests that a suite registers, one after the other.
 *
 * @param {(test: (name: string, run: () => Promise<void>) => void) => void} register
 * @returns {Promise<{ count: number, failures: string[] }>}
 */
export async function runSuite(register) {
  const tests = []
  register((name, run) => tests.push({ name, run }))
  const failures = []
  for (const { name, run } of tests) {
    try {
      await run()
    } catch (error) {
      failures.push(`${name}: ${error.message}`)
    }
  }
  return { count: tests.length, failures }
}
