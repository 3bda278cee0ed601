import { UnitflowError } from '../errors/index.js'

/** No core is carried: the host hands it to `init` or `initSync`. */
export function compileCore(): WebAssembly.Module {
  const expected = 'await init(source), or initSync(module)'
  throw new UnitflowError(
    'core-not-loaded',
    `unitflow/slim carries no WebAssembly: call ${expected}, of unitflow/slim, before anything that writes`,
    { expected },
  )
}
