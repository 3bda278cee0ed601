import { isUnitflowError, UnitflowError } from '../../errors/index.js'
import type { DescribedElement, ProcessDescription } from '../../units/reading.js'
import { elementPath } from './element-path.js'
import type { Binding, BoundElements } from './element-tasks.js'
import type { FlowElement } from './flow-element.js'
import { isPassed, linearElements, notLinear, quoted } from './linear-elements.js'
import type { Processes } from './read-processes.js'

/** How much processes that stand in one another may be. */
export interface ExpansionLimits {
  /** Processes that stand in one another, the first one included. @default 100 */
  readonly depth?: number
  /** Elements over all processes, each as often as it is expanded. @default 200000 */
  readonly elements?: number
}

/** A process, with all that it embeds and calls in its place. */
export interface Expanded {
  /** Those that are to be done, in order. */
  readonly elements: readonly { readonly element: FlowElement; readonly binding: Binding }[]
  /** The hashes of the objects of all processes that were expanded, each once. */
  readonly objects: readonly string[]
}

/**
 * Expands a process.
 *
 * @throws `not-linear`, `unbound-elements`, `expansion-limit`, `unknown-process` where a called one is missing, and what
 * reading it threw
 */
export function expandProcess(
  processes: Processes,
  processId: string,
  bound: BoundElements,
  limits: Required<ExpansionLimits>,
): Expanded {
  const expansion = new Expansion(processes, bound, limits)
  expansion.expand(processes.description(processId), undefined)
  const { elements, objects, unbound } = expansion
  if (unbound.size > 0) throw unboundElements(processId, [...unbound.values()])
  return { elements, objects: [...objects] }
}

class Expansion {
  readonly elements: { readonly element: FlowElement; readonly binding: Binding }[] = []
  readonly objects = new Set<string>()
  /** By process and id, since a process may be called more than once. */
  readonly unbound = new Map<string, FlowElement>()
  readonly #processes: Processes
  readonly #bound: BoundElements
  readonly #limits: Required<ExpansionLimits>
  readonly #lines = new Map<string, readonly DescribedElement[]>()
  /** The processes that the one which is expanded stands in, and itself. */
  readonly #around = new Set<string>()
  #count = 0

  constructor(processes: Processes, bound: BoundElements, limits: Required<ExpansionLimits>) {
    this.#processes = processes
    this.#bound = bound
    this.#limits = limits
  }

  /** Recursion is as deep as the limit lets it be. */
  expand(description: ProcessDescription, parent: string | undefined): void {
    const { processId, hash } = description
    this.objects.add(hash)
    this.#around.add(processId)
    let line = this.#lines.get(processId)
    if (line === undefined) this.#lines.set(processId, (line = linearElements(description)))
    for (const drawn of line) {
      if (++this.#count > this.#limits.elements) throw this.#tooMuch(processId, drawn, 'elements')
      if (isPassed(drawn)) continue
      const element = { ...drawn, process: processId, path: elementPath(parent, drawn.id) }
      const binding = this.#bound.of(element)
      const inner = drawn.calls ?? drawn.embeds
      const isExpanded = inner !== undefined && (binding === undefined || binding.bound === 'expand')
      if (isExpanded) this.#enter(element, inner, binding !== undefined)
      else if (binding !== undefined) this.elements.push({ element, binding })
      else this.#lacks(element)
    }
    this.#around.delete(processId)
  }

  /** @param isMeant whether scripts before and after it are known to be left out */
  #enter(element: FlowElement, inner: string, isMeant: boolean): void {
    const { process, id, prescript, postscript, path } = element
    if (this.#around.has(inner)) throw notLinear(process, id, `enters the process ${quoted(inner)} again`)
    if (!isMeant && (prescript !== undefined || postscript !== undefined)) {
      const problem =
        "has a script before or after it, which nothing would run: bind it to a task, or to 'expand'"
      throw notLinear(process, id, problem)
    }
    if (this.#around.size >= this.#limits.depth) throw this.#tooMuch(process, element, 'depth')
    this.expand(this.#description(element, inner), path)
  }

  #description({ process, id }: FlowElement, inner: string): ProcessDescription {
    try {
      return this.#processes.description(inner)
    } catch (error) {
      if (!isUnitflowError(error, 'unknown-process')) throw error
      const message = `${error.message}, which the element ${quoted(id)} of ${quoted(process)} refers to`
      throw new UnitflowError('unknown-process', message, error.fields, { cause: error })
    }
  }

  #lacks(element: FlowElement): void {
    this.unbound.set(JSON.stringify([element.process, element.id]), element)
  }

  #tooMuch(
    process: string,
    { id }: DescribedElement,
    limit: 'depth' | 'elements',
  ): UnitflowError<'expansion-limit'> {
    const maximum = this.#limits[limit]
    const what = limit === 'depth' ? 'processes stand in one another' : 'elements are expanded'
    const message = `at the element ${quoted(id)} of ${quoted(process)} more than ${maximum} ${what}`
    return new UnitflowError('expansion-limit', message, { process, element: id, limit, maximum })
  }
}

function unboundElements(
  process: string,
  elements: readonly FlowElement[],
): UnitflowError<'unbound-elements'> {
  const shown = elements.slice(0, 10).map(({ process: holder, id }) => quoted(`${holder}/${id}`))
  const more = elements.length > shown.length ? `, and ${elements.length - shown.length} more` : ''
  const message = `${quoted(process)} has elements that no task is bound to: ${shown.join(', ')}${more}`
  return new UnitflowError('unbound-elements', message, {
    process,
    elements: elements.map(({ process: holder, id, name, type, operation }) => ({
      process: holder,
      element: id,
      ...(name !== undefined && { name }),
      type,
      ...(operation !== undefined && { operation: operation.name }),
    })),
  })
}
