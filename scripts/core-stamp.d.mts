export function stampCore(bytes: Uint8Array, version: string): Buffer<ArrayBuffer>
export function stampsOf(bytes: Uint8Array<ArrayBuffer>): readonly string[]
