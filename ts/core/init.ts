import { compiledCore, keepCompiledCore } from './compiled-core.js'
import { compileSource, compileSourceSync } from './core-source.js'

/**
 * What the core can be had from: a compiled `WebAssembly.Module`, bytes (an `ArrayBuffer` or any view), a `Response` or
 * `Blob`, a URL as `URL` or text, which is fetched; or a promise of one of these.
 *
 * No closer type: those of the web are not there in every project, and `WebAssembly.Module` has no members.
 */
export type CoreSource = string | object

/** One after the other, so that two that run at once give one core. Never rejects. */
let turns: Promise<unknown> = Promise.resolve()

/**
 * Hands the core over to this bundle: the file `unitflow/core.wasm`, in whatever form the host has it.
 *
 * Calls wait for one another, so a source that never settles holds up those behind it; give your own `fetch` a signal.
 * Once one has succeeded, or `unitflow` in the same bundle has compiled the core that it carries, that core stays, and
 * further calls resolve without looking at their source. After a failure the next call starts afresh.
 *
 * @throws `wrong-core`, `bad-core`, `core-unreadable`, `wasm-unavailable`, `bad-argument`
 */
export function init(source: CoreSource): Promise<void> {
  // A promise whose turn does not come, because the core is there, may fail unheard.
  const handed = Promise.resolve(source)
  handed.catch(() => undefined)
  const turn = turns.then(async () => {
    if (compiledCore() === undefined) keepCompiledCore(await compileSource(await handed))
  })
  turns = turn.catch(() => undefined)
  return turn
}

/**
 * The same at once, for a compiled module (of this realm or another, as a worker gets it by `postMessage`) or bytes.
 * Browsers compile up to 8 MB at once; the core is far smaller.
 *
 * @throws `wrong-core`, `bad-core`, `wasm-unavailable`, `bad-argument`
 */
export function initSync(source: object): void {
  if (compiledCore() === undefined) keepCompiledCore(compileSourceSync(source))
}
