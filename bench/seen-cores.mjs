// Sees every instance of the core that the package makes; to be imported before the package is.
const { Instance } = WebAssembly
/** What the core was made of. */
let made

/** The memories of all instances, in bytes `buffer.byteLength`. They only ever grow: their sizes are their peaks. */
export const memories = []

WebAssembly.Instance = class extends Instance {
  constructor(...args) {
    super(...args)
    memories.push(this.exports.memory)
    made ??= args
  }
}

/** An instance of one's own: that of the package is not to be held by anybody. */
export function anotherCore() {
  return new Instance(...made).exports
}
