// The WebAssembly core traps, runs out of memory, is handed inputs at its limits: the next call works (U4).
import { startActor } from '../actor.mjs'

const STEPS = 40

export const wasmCore = {
  name: 'wasm-core',
  share: 1,
  async round({ random, count, round }) {
    const steps = round === 0 ? ['largest', 'most-processes'] : []
    const options = { seed: random.below(1e9), first: steps, steps: STEPS }
    const core = startActor('core-user', options, ({ type, what }) => type === 'step' && count(what))
    const { failure } = await core.ended
    if (failure !== undefined) throw new Error(failure)
  },
}
