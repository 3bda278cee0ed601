// Processes of random blocks, in endless versions: what each comes to is the same whenever it is run with the same start and
// answers, whatever comes first.
import {
  boundary,
  call,
  catchEvent,
  embed,
  end,
  error,
  exclusive,
  firstEvent,
  line,
  message,
  otherwise,
  parallel,
  path,
  scriptTask,
  serviceTask,
  specsOf,
  start,
  timer,
  userTask,
  when,
} from '../fixtures/units/drawn-processes.mjs'
import { seeded } from './seeded.mjs'

/** No process has more elements of a kind. */
export const MOST = 200
const CALLED = ['Weigh', 'Pack']
/** A called process changes with every so many-th version. */
const STAYS = 3
const SOON = timer('"PT0.05S"')
const NEVER = timer('"P3D"')

/**
 * A version of a workflow.
 *
 * @returns `text`, and the `messages` that its top process may wait for
 */
export function drawnVersion(kind, version) {
  const called = CALLED.map((id, place) => {
    const age = Math.floor(version / STAYS)
    return new Drawing(id, age, seeded('called', kind, id, age), CALLED.slice(0, place)).process(2, {
      depth: 1,
      isTop: false,
    })
  })
  const top = new Drawing(kind, version, seeded('top', kind, version), CALLED)
  return { text: specsOf(top.process(2, { depth: 0, isTop: true }), { called }), messages: top.messages }
}

/** One process, block by block. */
class Drawing {
  messages = []
  #id
  #version
  #random
  #calls
  #elements = []
  #flows = []
  #count = 0

  /** @param calls the processes that it may call */
  constructor(id, version, random, calls) {
    this.#id = id
    this.#version = version
    this.#random = random
    this.#calls = calls
  }

  process(length, place) {
    const [first, last] = this.#sequence(length, place)
    const elements = [start('begin'), ...this.#elements, end('finish')]
    const flows = [...path('begin', first), ...this.#flows, ...path(last, 'finish')]
    return { id: this.#id, name: this.#id, file: `${this.#id}.bpmn`, elements, flows }
  }

  /** @returns the first element of the block, and the last */
  #sequence(length, place) {
    const blocks = Array.from({ length }, () => this.#block(place))
    blocks.slice(1).forEach(([first], index) => this.#flow(blocks[index][1], first))
    return [blocks[0][0], blocks.at(-1)[1]]
  }

  #block(place) {
    const inner = { ...place, depth: place.depth + 1 }
    const blocks = [
      () => this.#step(place),
      () => this.#loop(),
      () => this.#guarded(),
      () => this.#instances(place),
    ]
    if (place.depth < 2)
      blocks.push(
        () => this.#parallel(inner),
        () => this.#parallel(inner),
        () => this.#choice(inner),
      )
    if (this.#calls.length > 0) blocks.push(() => this.#call())
    if (place.isTop)
      blocks.push(
        () => this.#message(),
        () => this.#first(),
      )
    return this.#random.pick(blocks)()
  }

  #step() {
    const steps = [() => this.#script(), () => this.#service(), () => this.#person(), () => this.#wait()]
    return this.#one(this.#random.pick(steps)())
  }

  #script(says = {}, options = {}) {
    return scriptTask(
      this.#new('script'),
      'A script',
      JSON.stringify({ version: this.#version, ...says }),
      options,
    )
  }

  #service(options = {}) {
    const id = this.#new('service')
    const parameters = {
      version: { value: String(this.#version), type: 'int' },
      pick: { value: 'pick', type: 'any' },
    }
    return serviceTask(
      id,
      'A service',
      { operation: 'work/Do', parameters, result: this.#variable(id) },
      options,
    )
  }

  #person() {
    return userTask(this.#new('person'), 'Somebody')
  }

  #wait() {
    return catchEvent(this.#new('wait'), null, SOON)
  }

  #parallel(place) {
    const [fork, join] = [this.#add(parallel(this.#new('fork'))), this.#add(parallel(this.#new('join')))]
    for (let branches = this.#random.between(2, 3); branches > 0; branches--) {
      const [first, last] = this.#sequence(this.#random.between(1, 2), place)
      this.#flow(fork, first)
      this.#flow(last, join)
    }
    return [fork, join]
  }

  #choice(place) {
    const [which, merge] = [
      this.#add(exclusive(this.#new('which'))),
      this.#add(exclusive(this.#new('merge'))),
    ]
    const [first, last] = this.#sequence(1, place)
    const [other, otherLast] = this.#sequence(1, place)
    this.#flows.push(...when(which, `pick == ${this.#random.below(3)}`, first), ...otherwise(which, other))
    this.#flow(last, merge)
    this.#flow(otherLast, merge)
    return [which, merge]
  }

  /** Goes back as often as its script has counted, with an activity each time. */
  #loop() {
    const merge = this.#add(exclusive(this.#new('again')))
    const count = this.#script({ counts: true })
    const [, last] = [this.#one(count), this.#one(this.#service())[0]]
    const more = this.#add(exclusive(this.#new('more')))
    this.#flow(merge, count.id)
    this.#flow(count.id, last)
    this.#flow(last, more)
    const after = this.#add(this.#script({ resets: this.#variable(count.id) }))
    this.#flows.push(
      ...when(more, `${this.#variable(count.id)}['count'] < ${this.#random.between(2, 4)}`, merge),
      ...otherwise(more, after),
    )
    return [merge, after]
  }

  /** A part that ends by an error of its own, of an activity, or because it takes too long. */
  #guarded() {
    const id = this.#variable(this.#new('part'))
    const kind = this.#random.pick(['script', 'service', 'time', 'nothing'])
    const inside = {
      script: () => [this.#service(), this.#script({ throws: 'BROKEN' })],
      service: () => [this.#script(), { ...this.#service(), service: failing(this.#new('failing')) }],
      time: () => [this.#script(), userTask(this.#new('never'), 'Nobody')],
      nothing: () => [this.#service(), this.#person()],
    }[kind]()
    this.#add(embed(line(id, inside)))
    const caught = this.#add(boundary(`${id}_caught`, null, id, kind === 'time' ? SOON : error('BROKEN')))
    const late = this.#add(boundary(`${id}_late`, null, id, NEVER))
    const merge = this.#add(exclusive(this.#new('merge')))
    const [handled] = this.#one(this.#script())
    this.#flow(id, merge)
    this.#flow(caught, handled)
    this.#flow(handled, merge)
    this.#flow(late, merge)
    return [id, merge]
  }

  /** Each item of a list: with a script, an activity, or a process that is called. */
  #instances({ depth, isTop }) {
    const type = this.#random.pick(['parallel', 'sequential'])
    const loop = {
      type,
      over: 'items',
      as: 'item',
      into: this.#variable(this.#new('results')),
      result: 'item',
    }
    const makes = [() => this.#script({ gives: 'item' }, { loop }), () => this.#service({ loop })]
    if (isTop && depth === 0)
      makes.push(() => call(this.#new('each'), 'Each', this.#random.pick(this.#calls), { loop }))
    const [id] = this.#one(this.#random.pick(makes)())
    const [after] = this.#one(this.#script({ moves: loop.into }))
    this.#flow(id, after)
    return [id, after]
  }

  #call() {
    return this.#one(call(this.#new('call'), 'A call', this.#random.pick(this.#calls)))
  }

  #message() {
    const id = this.#new('message')
    this.messages.push(id)
    return this.#one(catchEvent(id, null, message(id, { variable: this.#variable(id) })))
  }

  /** A message that comes, or a timer that does not; or the other way round. */
  #first() {
    const gateway = this.#add(firstEvent(this.#new('first')))
    const merge = this.#add(exclusive(this.#new('merge')))
    const id = this.#new('message')
    const comes = this.#random.chance(0.5)
    if (comes) this.messages.push(id)
    for (const event of [
      catchEvent(id, null, message(id, { variable: this.#variable(id) })),
      catchEvent(this.#new('wait'), null, comes ? NEVER : SOON),
    ]) {
      this.#add(event)
      this.#flow(gateway, event.id)
      this.#flow(event.id, merge)
    }
    return [gateway, merge]
  }

  #one(element) {
    const id = this.#add(element)
    return [id, id]
  }

  #add(element) {
    this.#elements.push(element)
    return element.id
  }

  #flow(from, to) {
    this.#flows.push(...path(from, to))
  }

  /** Bindings know them all: the same in each process. */
  #new(kind) {
    return `${kind}_${++this.#count}`
  }

  /** No other process sets it: of two that run beside one another it would not be known who comes last. */
  #variable(id) {
    return `${this.#id}_${id}`
  }
}

function failing(id) {
  return { operation: 'work/Fail', parameters: {}, result: `of_${id}` }
}
