/** The custom section of the core that names the version of the package, for whoever is handed a module. */
const SECTION = 'unitflow.version'

/** A Wasm module with the version of the package at its end. */
export function stampCore(bytes, version) {
  const name = Buffer.from(SECTION)
  const content = Buffer.concat([Buffer.of(name.length), name, Buffer.from(version)])
  // Lengths are LEB128: one byte up to here.
  if (content.length > 127) throw new Error(`the version ${version} is too long for the core's section`)
  return Buffer.concat([bytes, Buffer.of(0, content.length), content])
}

/** The versions that a module names: one, unless something is wrong. */
export function stampsOf(bytes) {
  const sections = WebAssembly.Module.customSections(new WebAssembly.Module(bytes), SECTION)
  return sections.map((section) => Buffer.from(section).toString())
}
