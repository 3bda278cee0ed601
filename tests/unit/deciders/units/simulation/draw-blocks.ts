import type {
  Element,
  Event,
  Flow,
  Loop,
  Options,
  Process,
} from '../../../../fixtures/units/drawn-processes.mjs'
import {
  asCycle,
  boundary,
  call,
  catchEvent,
  drawn,
  embed,
  end,
  error,
  exclusive,
  firstEvent,
  inclusive,
  message,
  otherwise,
  parallel,
  path,
  receiveTask,
  script,
  serviceTask,
  specsOf,
  start,
  task,
  terminate,
  throwEvent,
  timer,
  transaction,
  userTask,
  when,
} from '../../../../fixtures/units/drawn-processes.mjs'
import type { Alter } from '../../../../fixtures/units/drawn-processes.mjs'
import type { Block, Branches, Guarded, Part, Step, Turns } from './blocks.js'
import { loopNames, takesItem } from './blocks.js'

/** Where a block begins and where it ends. */
interface Ends {
  readonly first: string
  readonly last: string
}

interface Drawing {
  readonly process: string
  readonly elements: Element[]
  readonly flows: Flow[]
}

/** Draws blocks as the processes of a workflow. */
export class DrawnBlocks {
  readonly #called: Process[] = []
  readonly #alter: Record<string, Alter> = {}
  /** The variables that its conditions look at. */
  readonly picks: Record<string, number | readonly number[]> = {}

  specs(top: Part): string {
    return specsOf(this.#process(top), { called: this.#called, alter: this.#alter })
  }

  #process({ process, body, isTerminated, resultOf, gives }: Part): Process {
    const drawing: Drawing = { process, elements: [start(`${process}_start`)], flows: [] }
    const { elements, flows } = drawing
    const { first, last } = this.#block(body, drawing)
    // What has thrown an error goes nowhere.
    if (elements.find(({ id }) => id === last)?.type === 'EndEvent') {
      flows.push(...path(`${process}_start`, first))
      return drawn(process, elements, flows)
    }
    const ends = resultOf === undefined ? [`${process}_end`] : [`${process}_result`, `${process}_end`]
    if (resultOf !== undefined) elements.push(script(`${process}_result`))
    elements.push(end(`${process}_end`, null, isTerminated ? terminate : undefined))
    if (isTerminated) {
      elements.push(
        parallel(`${process}_fork`),
        userTask(`${process}_never`, 'Never'),
        end(`${process}_nowhere`),
      )
      flows.push(...path(`${process}_start`, `${process}_fork`, first), ...path(last, ...ends))
      flows.push(...path(`${process}_fork`, `${process}_never`, `${process}_nowhere`))
    } else {
      flows.push(...path(`${process}_start`, first), ...path(last, ...ends))
    }
    const io = gives === undefined ? {} : { io: { inputs: [], outputs: gives.map((id) => ({ id })) } }
    return drawn(process, elements, flows, io)
  }

  #block(block: Block, drawing: Drawing): Ends {
    const { elements, flows } = drawing
    switch (block.type) {
      case 'step':
        return this.#element(stepElement(block), drawing)
      case 'sequence': {
        const all = block.blocks.map((one) => this.#block(one, drawing))
        for (const [at, { first }] of all.entries()) if (at > 0) flows.push(...path(all[at - 1]!.last, first))
        return { first: all[0]!.first, last: all.at(-1)!.last }
      }
      case 'branches':
        return this.#branches(block, drawing)
      case 'back': {
        const { id, times } = block
        const [init, merge, count, again] = ['init', 'merge', 'count', 'again'].map((one) => `${id}_${one}`) as [
          string, string, string, string,
        ] // prettier-ignore
        elements.push(script(init), exclusive(merge), script(count), exclusive(again))
        const { first, last } = this.#block(block.body, drawing)
        flows.push(...path(init, merge, first), ...path(last, count, again))
        flows.push(...when(again, `c_${id} < ${times}`, merge))
        // What comes next is its default.
        return { first: init, last: again }
      }
      case 'part':
        return this.#element(this.#part(block), drawing)
      case 'turns':
        return this.#turns(block, drawing)
      case 'guarded':
        return this.#guarded(block, drawing)
      case 'first-event': {
        const { id, comes } = block
        elements.push(firstEvent(id), exclusive(`${id}_merge`))
        for (const [at, event] of block.events.entries()) {
          elements.push(catchEvent(event.id, null, event.kind === 'timer' ? timer(at === comes ? "'PT2H'" : "'PT60H'") : message(`m_${event.id}`))) // prettier-ignore
          const { first, last } = this.#block(event.then, drawing)
          flows.push(...path(id, event.id, first), ...path(last, `${id}_merge`))
        }
        return { first: id, last: `${id}_merge` }
      }
    }
  }

  #element(element: Element, { elements }: Drawing): Ends {
    elements.push(element)
    return { first: element.id, last: element.id }
  }

  #part(part: Part, options: Options = {}): Element {
    const process = this.#process(part)
    if (part.kind === 'call') {
      this.#called.push(process)
      return call(part.id, part.id, part.process, options)
    }
    return part.kind === 'embed' ? embed(process, options) : transaction(process, options)
  }

  #branches({ id, kind, branches, taken }: Branches, drawing: Drawing): Ends {
    const { elements, flows } = drawing
    const gateway = { exclusive, inclusive, parallel }[kind]
    const [split, join] = [`${id}_split`, `${id}_join`]
    elements.push(gateway(split), gateway(join))
    this.picks[`pick_${id}`] = kind === 'exclusive' ? (taken[0] ?? 0) : taken
    for (const [at, branch] of branches.entries()) {
      const { first, last } = this.#block(branch, drawing)
      const isPlain = kind === 'parallel' || at === branches.length - 1
      const condition = kind === 'exclusive' ? `pick_${id} == ${at}` : `${at} in pick_${id}`
      flows.push(...(isPlain ? otherwise(split, first) : when(split, condition, first)), ...path(last, join))
    }
    return { first: split, last: join }
  }

  #turns(turns: Turns, drawing: Drawing): Ends {
    const { host } = turns
    const options = { loop: loopOf(turns) }
    const element = host.type === 'part' ? this.#part(host, options) : stepElement(host, options)
    const items = `${host.id}_items`
    drawing.elements.push(script(items), element)
    drawing.flows.push(...path(items, host.id))
    return { first: items, last: host.id }
  }

  #guarded(guarded: Guarded, drawing: Drawing): Ends {
    const { id, host, interrupting, branch } = guarded
    const { elements, flows, process } = drawing
    elements.push(host.type === 'part' ? this.#part(host) : stepElement(host))
    elements.push(boundary(id, null, host.id, eventOf(guarded), interrupting), exclusive(`${id}_merge`))
    if (guarded.event === 'cycle') this.#alter[`${process}/${id}`] = asCycle
    const { first, last } = this.#block(branch, drawing)
    const merge = `${id}_merge`
    flows.push(...path(host.id, merge), ...path(id, first))
    if (interrupting) flows.push(...path(last, merge))
    else {
      elements.push(end(`${id}_end`))
      flows.push(...path(last, `${id}_end`))
    }
    return { first: host.id, last: merge }
  }
}

function loopOf(turns: Turns): Loop {
  const { host, kind, over, count, collects, testBefore } = turns
  if (kind === 'standard') return { type: 'standard', maximum: count, testBefore }
  const { list, item, result, results } = loopNames(host.id)
  return {
    type: kind,
    ...(over === 'number' ? { cardinality: `${count}` } : { over: list }),
    ...(takesItem(turns) && { as: item }),
    ...(collects && { into: results, result }),
  }
}

function eventOf({ event, id, hours, code, comes, interrupting }: Guarded): Event {
  switch (event) {
    case 'timer':
      return timer(`'PT${hours}H'`)
    case 'cycle':
      return timer(comes && !interrupting ? "'R3/PT1H'" : `'R3/PT${hours}H'`)
    case 'message':
      return message(`m_${id}`)
    case 'error':
      return code === undefined ? { type: 'error' } : error(code)
  }
}

function stepElement({ does, id, of = '' }: Step, options: Options = {}): Element {
  switch (does) {
    case 'function':
    case 'activity':
    case 'flaky':
    case 'remove':
    case 'failing-activity':
    case 'failing-function':
      return script(id, options)
    case 'service':
      return serviceTask(
        id,
        id,
        { operation: 'do/it', parameters: { who: { value: `'${id}'`, type: 'str' } }, result: `v_${id}` },
        options,
      )
    case 'human':
    case 'stop':
    case 'slow':
      return userTask(id, id, options)
    case 'plain':
      return task(id, id, options)
    case 'throw':
      return throwEvent(id, null)
    case 'timer':
      return catchEvent(id, null, timer("'PT2H'"))
    case 'message':
      return catchEvent(id, null, message(`m_${id}`))
    case 'receive':
      return receiveTask(id, id, message(`m_${id}`), options)
    case 'error-end':
      return end(id, null, error(of))
  }
}
