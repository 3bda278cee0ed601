/** The core without its version, for tests that stamp another: what `stampCore` has put at the end is taken off. */
export function unstamped(core: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const name = 'unitflow.version'
  const at = Buffer.from(core.buffer, core.byteOffset, core.length).lastIndexOf(name)
  // Before the name: the id of the section, its length, the length of the name.
  return core.subarray(0, at - 3)
}
