import type { UnitWorkflow } from '../deciders/units/index.js'
import { counted } from './amounts.js'
import { ExitCode } from './exit-code.js'
import { CommandError } from './failures.js'
import { elementLabel } from './units-waits.js'

/** Elements of a list in a message. */
const MOST = 20

/**
 * Sees that all that a run can reach has its function, and can be run.
 *
 * @throws {@link CommandError} `unsupported-element`, `unbound-elements`, both told
 */
export function assertRunnable({ unbound, problems }: UnitWorkflow, module: string | undefined): void {
  if (unbound.length === 0 && problems.length === 0) return
  const where = module === undefined ? '--bind names no module that has them' : `${module} has none for them`
  const parts: string[] = []
  if (problems.length > 0) {
    const cannot = problems.map(
      ({ process, problem, ...element }) => `${elementLabel(element)} in ${process}: ${problem}`,
    )
    parts.push(`a run can reach what cannot be run${linesOf(cannot)}`)
  }
  if (unbound.length > 0) {
    const need = counted(unbound.length, 'element needs a function', 'elements need a function')
    const lacking = unbound.map(({ process, type, operation, ...element }) => {
      const what = operation === undefined ? type.replaceAll('-', ' ') : `operation ${operation}`
      return `${elementLabel(element)} in ${process}: ${what}`
    })
    parts.push(`${need}, and ${where}${linesOf(lacking)}`)
  }
  const [first] = unbound
  const name =
    first === undefined ? '' : /^[\w$]+$/.test(first.element) ? first.element : `'${first.element}'`
  throw new CommandError(
    problems.length > 0 ? 'unsupported-element' : 'unbound-elements',
    parts.join('\n'),
    ExitCode.refused,
    {
      ...(first !== undefined && { hint: `export const activities = { ${name}: (task) => ({ … }) }` }),
      fields: { unbound, problems },
    },
  )
}

function linesOf(texts: readonly string[]): string {
  const more = texts.length > MOST ? [`and ${texts.length - MOST} more: --json has all`] : []
  return `:${[...texts.slice(0, MOST), ...more].map((text) => `\n  ${text}`).join('')}`
}
