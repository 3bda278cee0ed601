import { expect, test } from 'vitest'
import { EventListeners } from '../../../ts/events/index.js'

interface Started {
  readonly type: 'started'
  readonly name: string
}
interface Ended {
  readonly type: 'ended'
  readonly took: number
}

const started: Started = { type: 'started', name: 'a' }
const ended: Ended = { type: 'ended', took: 5 }

test('events go to all who listen, in the order in which they came, until each is ended', () => {
  const listeners = new EventListeners<Started | Ended>()
  const heard: unknown[] = []
  const listen = (event: Started | Ended) =>
    void heard.push(event.type === 'started' ? event.name : event.took)
  listeners.tell(started)
  const end = listeners.add(listen)
  listeners.add((event) => void heard.push(event))
  listeners.tell(started)
  expect(heard).toEqual(['a', started])
  end()
  end()
  listeners.tell(ended)
  expect(heard).toEqual(['a', started, ended])
})

test('a function that was added twice is called twice, and ended one by one', () => {
  const listeners = new EventListeners<Ended>()
  const heard: number[] = []
  const listen = ({ took }: Ended) => void heard.push(took)
  const ends = [listeners.add(listen), listeners.add(listen)]
  listeners.tell(ended)
  expect(heard).toEqual([5, 5])
  ends[0]!()
  listeners.tell(ended)
  expect(heard).toEqual([5, 5, 5])
  expect(listeners.isEmpty).toBe(false)
  ends[1]!()
  expect(listeners.isEmpty).toBe(true)
})

test('who is ended while an event is told does not hear it, and who begins then hears the next', () => {
  const listeners = new EventListeners<Started>()
  const heard: string[] = []
  listeners.add(() => {
    heard.push('first')
    end()
    if (heard.length === 1) listeners.add(() => void heard.push('late'))
  })
  const end = listeners.add(() => void heard.push('second'))
  listeners.tell(started)
  expect(heard).toEqual(['first'])
  listeners.tell(started)
  expect(heard).toEqual(['first', 'first', 'late'])
  listeners.clear()
  listeners.tell(started)
  expect(heard).toHaveLength(3)
})

test('one that throws disturbs nobody; the host is shown the error', async () => {
  const listeners = new EventListeners<Started>()
  const heard: string[] = []
  listeners.add(() => {
    throw new Error('planned')
  })
  listeners.add(({ name }) => void heard.push(name))
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  try {
    const shown = new Promise((resolve) => process.once('uncaughtException', resolve))
    expect(() => listeners.tell(started)).not.toThrow()
    expect(heard).toEqual(['a'])
    expect(await shown).toMatchObject({ message: 'planned' })
  } finally {
    for (const other of others) process.on('uncaughtException', other)
  }
})
