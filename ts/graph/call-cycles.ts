/**
 * For each node of a graph the number of the cycle that it lies on, `undefined` where it cannot reach itself. Nodes that
 * reach one another have the same number (strongly connected components). Without recursion, because a chain of calls
 * may be longer than the stack.
 *
 * @param targets for each node the places of the nodes that it leads to
 */
export function callCycles(targets: readonly (readonly number[])[]): (number | undefined)[] {
  const cycles = new Array<number | undefined>(targets.length).fill(undefined)
  const order = new Array<number>(targets.length).fill(-1)
  const low = new Array<number>(targets.length).fill(0)
  const isOpen = new Array<boolean>(targets.length).fill(false)
  const open: number[] = []
  let count = 0
  const enter = (node: number): { node: number; next: number } => {
    order[node] = low[node] = count++
    open.push(node)
    isOpen[node] = true
    return { node, next: 0 }
  }
  for (let start = 0; start < targets.length; start++) {
    if (order[start] !== -1) continue
    const path = [enter(start)]
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const { node } = step
      const target = targets[node]?.[step.next++]
      if (target !== undefined) {
        if (order[target] === -1) path.push(enter(target))
        else if (isOpen[target] === true) low[node] = Math.min(low[node] ?? 0, order[target] ?? 0)
        continue
      }
      path.pop()
      const caller = path.at(-1)
      if (caller !== undefined) low[caller.node] = Math.min(low[caller.node] ?? 0, low[node] ?? 0)
      if (low[node] !== order[node]) continue
      const members = open.splice(open.lastIndexOf(node))
      for (const member of members) isOpen[member] = false
      const isCycle = members.length > 1 || targets[node]?.includes(node) === true
      if (isCycle) for (const member of members) cycles[member] = node
    }
  }
  return cycles
}
