/** What the store uses of a KV namespace, in the shape in which Workers hand one over (`env.NAME`). */
export interface WorkersKvNamespace {
  get(key: string, type: 'arrayBuffer'): Promise<ArrayBuffer | null>
  put(key: string, value: Uint8Array): Promise<void>
  delete(key: string): Promise<void>
  /** Names that begin with `prefix`, sorted, at most `limit` (1,000) of them. */
  list(options: { prefix?: string; cursor?: string; limit?: number }): Promise<WorkersKvListing>
}

/** One page of a listing. It may be empty without being the last. */
export interface WorkersKvListing {
  readonly keys: readonly { readonly name: string }[]
  readonly list_complete: boolean
  /** Where the next page begins; absent on the last. */
  readonly cursor?: string
}
