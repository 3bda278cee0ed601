import type { MediumRange, MediumRecord } from '../record-medium.js'

/** The most entries of a node; one that has more is split in halves. */
const MOST = 96
/** A node that has fewer is put together with its neighbour, if both fit into one. */
const FEWEST = 24

/** Who may change a node: nodes of others are copied first, so that whoever looks at an old root sees what it was. */
export type Owner = object

interface Leaf {
  readonly owner: Owner
  readonly sorts: string[]
  readonly texts: string[]
}

interface Branch {
  readonly owner: Owner
  /** What each child begins with, or less: the first one's is not looked at. */
  readonly sorts: string[]
  readonly children: Tree[]
}

/** Records in the order of their keys: a B+ tree. Reading, writing and copying on write cost steps of its height. */
export type Tree = Leaf | Branch

export function emptyTree(owner: Owner): Tree {
  return { owner, sorts: [], texts: [] }
}

export function getIn(tree: Tree, sort: string): string | undefined {
  let node = tree
  while ('children' in node) node = childOf(node, childAt(node, sort))
  const at = placeIn(node.sorts, sort)
  return node.sorts[at] === sort ? node.texts[at] : undefined
}

/** @returns the tree with the record: the same where the owner is */
export function setIn(tree: Tree, owner: Owner, sort: string, text: string): Tree {
  const root = put(tree, owner, sort, text)
  const right = split(root, owner)
  return right === undefined ? root : { owner, sorts: ['', firstOf(right)], children: [root, right] }
}

/** @returns the tree without the record: the same where the owner is, or where there was none */
export function deleteIn(tree: Tree, owner: Owner, sort: string): Tree {
  if (getIn(tree, sort) === undefined) return tree
  let root = take(tree, owner, sort)
  while ('children' in root && root.children.length === 1) root = childOf(root, 0)
  return root
}

export function scanIn(tree: Tree, range: MediumRange): MediumRecord[] {
  const found: MediumRecord[] = []
  if (range.reverse) collectBackwards(tree, range, found)
  else collect(tree, range, found)
  return found
}

/** @returns whether more may follow */
function collect(node: Tree, range: MediumRange, found: MediumRecord[]): boolean {
  const { from, to, limit } = range
  if ('children' in node) {
    for (let at = childAt(node, from); at < node.children.length; at++) {
      if (!collect(childOf(node, at), range, found)) return false
    }
    return true
  }
  for (let at = placeIn(node.sorts, from); at < node.sorts.length; at++) {
    const sort = node.sorts[at] ?? ''
    if (found.length >= limit || (to !== undefined && sort >= to)) return false
    found.push({ sort, text: node.texts[at] ?? '' })
  }
  return found.length < limit
}

function collectBackwards(node: Tree, range: MediumRange, found: MediumRecord[]): boolean {
  const { from, to, limit } = range
  if ('children' in node) {
    for (let at = to === undefined ? node.children.length - 1 : childAt(node, to); at >= 0; at--) {
      if (!collectBackwards(childOf(node, at), range, found)) return false
    }
    return true
  }
  for (let at = (to === undefined ? node.sorts.length : placeIn(node.sorts, to)) - 1; at >= 0; at--) {
    const sort = node.sorts[at] ?? ''
    if (found.length >= limit || sort < from) return false
    found.push({ sort, text: node.texts[at] ?? '' })
  }
  return found.length < limit
}

function put(node: Tree, owner: Owner, sort: string, text: string): Tree {
  const own = owned(node, owner)
  if ('children' in own) {
    const at = childAt(own, sort)
    const child = put(childOf(own, at), owner, sort, text)
    own.children[at] = child
    const right = split(child, owner)
    if (right !== undefined) {
      own.sorts.splice(at + 1, 0, firstOf(right))
      own.children.splice(at + 1, 0, right)
    }
    return own
  }
  const at = placeIn(own.sorts, sort)
  if (own.sorts[at] === sort) own.texts[at] = text
  else {
    own.sorts.splice(at, 0, sort)
    own.texts.splice(at, 0, text)
  }
  return own
}

/** @returns the second half of a node that has become too large; the node keeps the first */
function split(node: Tree, owner: Owner): Tree | undefined {
  const { length } = node.sorts
  if (length <= MOST) return undefined
  const at = length >> 1
  const sorts = node.sorts.splice(at)
  return 'children' in node
    ? { owner, sorts, children: node.children.splice(at) }
    : { owner, sorts, texts: node.texts.splice(at) }
}

function take(node: Tree, owner: Owner, sort: string): Tree {
  const own = owned(node, owner)
  if (!('children' in own)) {
    const at = placeIn(own.sorts, sort)
    own.sorts.splice(at, 1)
    own.texts.splice(at, 1)
    return own
  }
  const at = childAt(own, sort)
  const child = take(childOf(own, at), owner, sort)
  own.children[at] = child
  if (child.sorts.length >= FEWEST || own.children.length === 1) return own
  const left = at > 0 ? at - 1 : at
  const [one, other] = [childOf(own, left), childOf(own, left + 1)]
  if (one.sorts.length + other.sorts.length > MOST) return own
  own.children[left] = joined(owned(one, owner), other, own.sorts[left + 1] ?? '')
  own.sorts.splice(left + 1, 1)
  own.children.splice(left + 1, 1)
  return own
}

/** @param boundary what the second node begins with */
function joined(one: Tree, other: Tree, boundary: string): Tree {
  if ('children' in one && 'children' in other) {
    one.sorts.push(boundary, ...other.sorts.slice(1))
    one.children.push(...other.children)
  } else if ('texts' in one && 'texts' in other) {
    one.sorts.push(...other.sorts)
    one.texts.push(...other.texts)
  }
  return one
}

function owned(node: Tree, owner: Owner): Tree {
  if (node.owner === owner) return node
  return 'children' in node
    ? { owner, sorts: node.sorts.slice(), children: node.children.slice() }
    : { owner, sorts: node.sorts.slice(), texts: node.texts.slice() }
}

function firstOf(node: Tree): string {
  return node.sorts[0] ?? ''
}

function childOf(node: Branch, at: number): Tree {
  const child = node.children[at]
  if (child === undefined) throw new RangeError(`a branch has no child ${at}`)
  return child
}

/** Which child holds a key, or would. */
function childAt({ sorts }: Branch, sort: string): number {
  let low = 0
  let high = sorts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((sorts[middle] ?? '') <= sort) low = middle
    else high = middle - 1
  }
  return low
}

/** Where a key is in a leaf, or would be. */
function placeIn(sorts: readonly string[], sort: string): number {
  let low = 0
  let high = sorts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorts[middle] ?? '') < sort) low = middle + 1
    else high = middle
  }
  return low
}
