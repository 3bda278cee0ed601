// The WebAssembly core traps, runs out of memory, is handed inputs at its limits: the next call works (U4).
import { startActor } from '../actor.mjs'

const STEPS = 20

export const wasmCore = {
  name: 'wasm-core',
  share: 1,
  async round({ random, count, round }) {
    const first = round === 0 ? ['largest', 'most-processes'] : []
    for (const inWorker of [false, true]) {
      const options = { seed: random.below(1e9), first: inWorker ? [] : first, steps: STEPS, inWorker }
      const core = startActor('core-user', options, ({ type, what }) => type === 'step' && count(what))
      const { failure } = await core.ended
      if (failure !== undefined) throw new Error(failure)
    }
  },
}
