import { Problem } from './problem.js'

/** @throws {@link Problem} 400 for an escape that is none */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new Problem(400, 'bad-url', `expected percent-encoded UTF-8, got ${JSON.stringify(part)}`)
  }
}

/** Refuses what would be ignored otherwise: a misspelt `element` would give another unit than was asked for. */
export function assertQuery(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys()) {
    if (known.includes(name) && (name === 'element' || query.getAll(name).length === 1)) continue
    throw new Problem(
      400,
      'bad-query',
      `expected the parameters ${known.join(', ')}, got ${JSON.stringify(name)}`,
    )
  }
}
