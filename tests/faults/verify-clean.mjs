import { verifyStore } from './package-under-test.mjs'

/** @throws Error if anything that a root leads to is not as it was written, or roots are not as many as they should be */
export async function verifyClean(store, roots) {
  const report = await verifyStore(store)
  if (report.findings.length > 0) throw new Error(`verifyStore finds ${JSON.stringify(report.findings)}`)
  if (report.roots !== roots) throw new Error(`verifyStore sees ${report.roots} roots, not ${roots}`)
  if (report.objects === 0) throw new Error('verifyStore has looked at nothing')
}
