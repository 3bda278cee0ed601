/** Bytes for people: three digits that matter. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['KB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 'B'
  for (const next of units) {
    if (value < 999.5) break
    value /= 1000
    unit = next
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`
}

const numbers = new Intl.NumberFormat('en')

export function count(amount: number, one: string, many: string): string {
  return `${numbers.format(amount)} ${amount === 1 ? one : many}`
}

/** As much of a hash as tells two apart. */
export function short(hash: string): string {
  return hash.slice(0, 10)
}

const times = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

export function when(milliseconds: number): string {
  return times.format(milliseconds)
}
