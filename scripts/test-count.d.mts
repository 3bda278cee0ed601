export function countOf(
  results: { testResults: readonly { status: string; assertionResults: readonly { status: string }[] }[] },
  succeeded: boolean,
): { passed: number; failed: number; notRun: number }
