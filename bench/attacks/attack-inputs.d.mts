/**
 * Workflows that somebody wrote to make a reader slow, by what they do. Each takes a size and gives JSON text that grows with
 * it in proportion. The top process, or the one of most interest, is `P0`.
 */
export const ATTACKS: Readonly<Record<string, (n: number) => string>>

/** Ids that all get the same part of a manifest in parts: the low bits of their FNV-1a are zero. */
export function collidingIds(count: number): readonly string[]
