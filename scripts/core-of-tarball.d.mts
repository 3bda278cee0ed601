/** Every WebAssembly module that a tarball holds, by where it stands: as a file, or inline as base64. */
export function modulesOfTarball(
  tarball: string,
): readonly { readonly place: string; readonly bytes: Buffer }[]

/** The modules that stand in code as base64. */
export function modulesInText(text: string): readonly Buffer[]
