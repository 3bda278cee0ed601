import { assertThat } from '../../checks/index.js'
import type { DescribedElement, ElementType } from '../../units/reading.js'
import type { AnyActivity } from '../definitions/index.js'
import type { UnitActivity, UnitBindings, UnitFunction, UnitTask } from './unit-workflow.js'

/** What does an element: an activity, or a function that runs where it is decided. */
export type Bound = { readonly type: 'activity'; readonly activity: AnyActivity } | BoundFunction

export interface BoundFunction {
  readonly type: 'function'
  /** Of the type of its data, its author has said what it is: nothing here knows it. */
  run(task: UnitTask): unknown
}

/** Tasks that a person does: bound to nothing, they wait for one. */
const HUMAN: ReadonlySet<ElementType> = new Set<ElementType>(['user-task', 'manual-task'])
/** Tasks that are nothing without a function. */
const NEEDS: ReadonlySet<ElementType> = new Set<ElementType>([
  'script-task',
  'service-task',
  'business-rule-task',
])
/** Elements that may be bound; what is bound to others would never run. */
const BINDABLE: ReadonlySet<ElementType> = new Set<ElementType>([...HUMAN, ...NEEDS, 'task', 'send-task'])

/** What elements are bound to. Ids are data: a map knows no names but these. */
export class ElementBindings {
  readonly #bound: ReadonlyMap<string, Bound>
  readonly #human: AnyActivity

  /** @throws `bad-argument` for what is neither activity nor function */
  constructor(bindings: UnitBindings, human: AnyActivity) {
    this.#human = human
    this.#bound = new Map(Object.entries(bindings).map(([key, bound]) => [key, boundOf(key, bound)]))
  }

  /** The activities among them, each once, and the one of human tasks. */
  activities(): readonly AnyActivity[] {
    const found = new Set<AnyActivity>([this.#human])
    for (const bound of this.#bound.values()) if (bound.type === 'activity') found.add(bound.activity)
    return [...found]
  }

  /** What an element is bound to: by its process and id, by its id, by its operation; human tasks to the activity for them. */
  of(process: string, { id, type, operation }: DescribedElement): Bound | undefined {
    if (!BINDABLE.has(type)) return undefined
    const bound =
      this.#bound.get(`${process}/${id}`) ??
      this.#bound.get(id) ??
      (operation === undefined ? undefined : this.#bound.get(operation.name))
    if (bound !== undefined || !HUMAN.has(type)) return bound
    return { type: 'activity', activity: this.#human }
  }

  /** The function of a pre- or post-script, which is bound as `element:prescript` or `process/element:prescript`. */
  script(process: string, element: string, which: 'prescript' | 'postscript'): BoundFunction | undefined {
    const bound = this.#bound.get(`${process}/${element}:${which}`) ?? this.#bound.get(`${element}:${which}`)
    return bound?.type === 'function' ? bound : undefined
  }

  /** Whether an element is nothing without a function, and has none. */
  lacks(process: string, element: DescribedElement): boolean {
    return NEEDS.has(element.type) && this.of(process, element) === undefined
  }
}

function boundOf(key: string, bound: UnitActivity | UnitFunction): Bound {
  if (typeof bound === 'function') return { type: 'function', run: bound }
  assertThat(`activities: ${JSON.stringify(key)}`, 'an activity, or a function', isActivity(bound))
  return { type: 'activity', activity: bound }
}

/** Programs in JavaScript may hand over anything. */
function isActivity(bound: unknown): boolean {
  return typeof bound === 'object' && bound !== null && 'type' in bound && bound.type === 'activity'
}
