export declare function randomOf(seed: number): () => number
export declare function mutated(
  bytes: Uint8Array,
  other: Uint8Array,
  longest: number,
  random: () => number,
): Uint8Array
