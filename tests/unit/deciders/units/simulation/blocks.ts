/** What one element does, by itself. */
export type StepKind =
  | 'function'
  | 'activity'
  | 'flaky'
  | 'service'
  | 'human'
  | 'plain'
  | 'throw'
  | 'timer'
  | 'message'
  | 'receive'
  /** Removes the variable of an element before it. */
  | 'remove'
  /** A person who never answers. */
  | 'stop'
  /** A person who takes hours. */
  | 'slow'
  /** Throws, or fails however often it is tried. */
  | 'failing-function'
  | 'failing-activity'
  /** An end event that throws an error. */
  | 'error-end'

/** An element that stands alone. Of loops and of the events that may come to it, blocks around it tell. */
export interface Step {
  readonly type: 'step'
  readonly id: string
  readonly does: StepKind
  /** Each visit gives the same, and not what there is. */
  readonly isPlain: boolean
  /** Of one that removes: the variable. Of one that fails: its code. Of a result: the loop that it is for. */
  readonly of?: string
}

/** One behind the other. */
export interface Sequence {
  readonly type: 'sequence'
  readonly blocks: readonly Block[]
}

/** Between two gateways. */
export interface Branches {
  readonly type: 'branches'
  readonly kind: 'exclusive' | 'parallel' | 'inclusive'
  readonly id: string
  readonly branches: readonly Block[]
  /** Those that are taken; the last one is the default, which is taken where no other is. */
  readonly taken: readonly number[]
}

/** A way back. */
export interface Back {
  readonly type: 'back'
  readonly id: string
  readonly body: Block
  readonly times: number
}

/** A process of its own: embedded, or called. */
export interface Part {
  readonly type: 'part'
  readonly kind: 'embed' | 'transaction' | 'call'
  readonly id: string
  readonly process: string
  readonly body: Block
  /** Of a called one: the variables that it gives back; all of them where this is missing. */
  readonly gives?: readonly string[]
  /** It ends by a terminate event, while somebody in it never answers. */
  readonly isTerminated?: true
  /** The loop whose results it gives. */
  readonly resultOf?: string
}

/** Turns of an element. */
export interface Turns {
  readonly type: 'turns'
  readonly host: Part | Step
  readonly kind: 'parallel' | 'sequential' | 'standard'
  /** What they go through; a standard loop goes through nothing. */
  readonly over: 'list' | 'object' | 'number'
  readonly count: number
  /** Whether their results are collected; else all that they set comes out. */
  readonly collects: boolean
  readonly testBefore: boolean
}

/** An element with an event on its edge. */
export interface Guarded {
  readonly type: 'guarded'
  readonly id: string
  readonly host: Part | Step
  readonly event: 'timer' | 'message' | 'error' | 'cycle'
  /** The element inside that waits until the event has come; missing where it does not come. */
  readonly waits?: string
  /** Whether it comes; else the element ends before. */
  readonly comes: boolean
  readonly interrupting: boolean
  /** Of a timer: hours. */
  readonly hours: number
  /** Of an error: the code that it is for; any, where this is missing. */
  readonly code?: string
  readonly branch: Block
}

/** A gateway that waits for the first of several events. */
export interface FirstEvent {
  readonly type: 'first-event'
  readonly id: string
  readonly events: readonly {
    readonly id: string
    readonly kind: 'timer' | 'message'
    readonly then: Block
  }[]
  readonly comes: number
}

export type Block = Step | Sequence | Branches | Back | Part | Turns | Guarded | FirstEvent

/** What a loop's variables are called: what it goes through, one of these, one result, and all results. */
export function loopNames(id: string): {
  readonly list: string
  readonly item: string
  readonly result: string
  readonly results: string
} {
  return { list: `list_${id}`, item: `item_${id}`, result: `result_${id}`, results: `results_${id}` }
}

/** Whether a turn is handed its item: of turns at once that leave all that they set, any item would be left. */
export function takesItem({ kind, collects }: Turns): boolean {
  return collects || kind === 'sequential'
}

/** The items of a loop, with their keys. */
export function itemsOf({ over, count }: Turns): readonly (readonly [key: string, item: string | number])[] {
  return Array.from({ length: count }, (_, at) => [`k${at}`, over === 'number' ? at : `i${at}`] as const)
}

/** So many hours a block takes at the most, faults included. */
export function hoursOf(block: Block): number {
  switch (block.type) {
    case 'step':
      return block.does === 'slow' ? 12 : block.does === 'timer' ? 4 : 1
    case 'sequence':
      return sum(block.blocks)
    case 'branches':
      return 1 + sum(block.branches)
    case 'back':
      return 1 + block.times * (1 + hoursOf(block.body))
    case 'part':
      return 1 + hoursOf(block.body)
    case 'turns':
      return 2 + Math.max(1, block.count) * (1 + hoursOf(block.host))
    case 'guarded': {
      const during = block.event === 'timer' && block.comes && block.interrupting ? block.hours : 0
      return 1 + during + hoursOf(block.host) + hoursOf(block.branch)
    }
    case 'first-event':
      return 3 + sum(block.events.map(({ then }) => then))
  }
}

function sum(blocks: readonly Block[]): number {
  return blocks.reduce((hours, block) => hours + hoursOf(block), 0)
}

/** All blocks in a block, and itself. */
export function* allBlocks(block: Block): Generator<Block> {
  yield block
  for (const inner of within(block)) yield* allBlocks(inner)
}

function within(block: Block): readonly Block[] {
  switch (block.type) {
    case 'step':
      return []
    case 'sequence':
      return block.blocks
    case 'branches':
      return block.branches
    case 'back':
    case 'part':
      return [block.body]
    case 'turns':
      return [block.host]
    case 'guarded':
      return [block.host, block.branch]
    case 'first-event':
      return block.events.map(({ then }) => then)
  }
}
