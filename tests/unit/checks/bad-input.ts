/** A text that takes 10 MB. */
export const BIG: string = 'x'.repeat(10 * 2 ** 20)
/** Half a character. */
export const LONE: string = '\ud800'

/** Names that are good, and that code which is not careful takes for something else. */
export const HOSTILE_NAMES: readonly string[] = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '../../x',
  "'; drop table records",
  '<script>',
  '𝄞',
]

/** What no program that compiles hands over. */
export function wrong(value: unknown): never {
  return value as never
}
