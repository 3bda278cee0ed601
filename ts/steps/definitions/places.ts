/** Places, of which the smallest is taken first: a heap, for a workflow may have many steps. */
export class Places {
  readonly #heap: number[] = []

  get isEmpty(): boolean {
    return this.#heap.length === 0
  }

  add(place: number): void {
    const heap = this.#heap
    let at = heap.push(place) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if ((heap[parent] ?? 0) <= place) break
      heap[at] = heap[parent] ?? 0
      at = parent
    }
    heap[at] = place
  }

  take(): number | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if ((heap[child + 1] ?? Infinity) < (heap[child] ?? 0)) child++
      if ((heap[child] ?? 0) >= last) break
      heap[at] = heap[child] ?? 0
      at = child
    }
    heap[at] = last
    return first
  }
}
