/** What runs turns: a sign for each drawing. */
export const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const

/** How far something is. @param percent 0 to 100 */
export function barOf(percent: number, columns: number): string {
  const full = Math.round((Math.min(Math.max(percent, 0), 100) / 100) * columns)
  return `${'█'.repeat(full)}${'░'.repeat(columns - full)}`
}
