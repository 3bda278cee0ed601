/** What layout v2 names by content: it is there or not, and never another value. Roots, marks and all others change. */
export function neverChanges(key: string): boolean {
  return key.startsWith('v2/objects/')
}
