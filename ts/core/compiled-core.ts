import { UnitflowError } from '../errors/index.js'
import { VERSION } from '../version.js'

/**
 * The compiled core. Here by itself, because entries that come by the core in different ways share it: what one of them
 * has compiled or been handed, all use.
 */
let compiled: WebAssembly.Module | undefined

/** The core, if there is one already. */
export function compiledCore(): WebAssembly.Module | undefined {
  return compiled
}

/**
 * Keeps a module as the core of everything in this bundle; the first one stays.
 *
 * @throws `wrong-core` for a module of another version of this package, or of something else
 */
export function keepCompiledCore(module: WebAssembly.Module): WebAssembly.Module {
  refuseOtherVersion(module)
  compiled ??= module
  return compiled
}

/** `scripts/core-stamp.mjs` writes the section that is read here. */
function refuseOtherVersion(module: WebAssembly.Module): void {
  const [section] = WebAssembly.Module.customSections(module, 'unitflow.version')
  const found = section === undefined ? undefined : new TextDecoder().decode(section)
  if (found === VERSION) return
  const what = found === undefined ? 'is not of unitflow (it names no version)' : `is of unitflow ${found}`
  throw new UnitflowError(
    'wrong-core',
    `the WebAssembly module ${what}, and this code is unitflow ${VERSION}: both must come from one installation`,
    { expected: VERSION, found: found ?? 'none' },
  )
}
