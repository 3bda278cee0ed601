import type { AnyFlow } from '../flows/index.js'
import { ExitCode } from './exit-code.js'
import { CommandError } from './failures.js'
import { importedModule } from './imported-module.js'
import type { Io } from './io.js'

/** What an argument that names a module is, for help texts. */
export const MODULE_HELP = 'an ES module that exports flows, as defineFlow makes them'

/**
 * The flows that a module exports, under whatever names: each by itself, or lists of them.
 *
 * @throws `FileError`, {@link CommandError} `bad-module`, `no-flows`
 */
export async function loadFlows(io: Io, module: string): Promise<readonly AnyFlow[]> {
  const exported = await importedModule(io, module)
  const values: readonly unknown[] = Object.values(exported)
  const flows = [...new Set(values.flat().filter(isFlow))]
  if (flows.length > 0) return flows
  throw new CommandError('no-flows', `${module} exports no flow`, ExitCode.refused, {
    hint: `export const order = defineFlow('order', [...])`,
    fields: { module },
  })
}

/** The flow of a name. @throws {@link CommandError} `unknown-flow` */
export function flowNamed(flows: readonly AnyFlow[], name: string, module: string): AnyFlow {
  const flow = flows.find((one) => one.name === name)
  if (flow !== undefined) return flow
  const names = flows.map((one) => one.name)
  const message = `${module} exports no flow ${JSON.stringify(name)}`
  throw new CommandError('unknown-flow', message, ExitCode.failed, {
    hint: `It exports ${names.join(', ')}.`,
    fields: { module, flow: name, flows: names },
  })
}

/** By what it holds: the module may have another copy of this package. */
function isFlow(value: unknown): value is AnyFlow {
  if (typeof value !== 'object' || value === null) return false
  const { type, name, fingerprint, tasks }: Partial<Record<keyof AnyFlow, unknown>> = value
  return (
    type === 'flow' && typeof name === 'string' && typeof fingerprint === 'string' && Array.isArray(tasks)
  )
}
