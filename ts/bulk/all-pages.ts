/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[]
  /** Asks for the page behind this one; missing on the last. */
  readonly next: string | undefined
}

/** How a page is asked for, beside what chooses it. */
export interface PageRequest {
  readonly limit: number
  readonly after?: string
}

/** Of a page, where all are gone through. */
const PAGE = 1000

/**
 * All items of a list, page by page.
 *
 * @throws (by rejecting) what a page throws, and the signal's reason
 */
export async function* allPages<T>(
  page: (request: PageRequest) => Promise<Page<T>>,
  signal?: AbortSignal,
): AsyncGenerator<T> {
  for (let after: string | undefined; ;) {
    signal?.throwIfAborted()
    const { items, next } = await page({ limit: PAGE, ...(after !== undefined && { after }) })
    yield* items
    if (next === undefined) return
    after = next
  }
}
