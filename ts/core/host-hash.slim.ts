/** Where every byte of code counts the core hashes all by itself. */
export function hostHashesFrom(): number {
  return 0
}

/** Never asked. */
export function hashForCore(): 0 | 1 {
  return 0
}

/** There are none. */
export function takeCopies(): readonly Uint8Array<ArrayBuffer>[] {
  return []
}
