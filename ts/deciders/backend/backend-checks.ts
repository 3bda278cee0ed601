import { UnitflowError } from '../../errors/index.js'

export function processExists(id: string, workflow: string): UnitflowError<'process-exists'> {
  const message = `there is a process ${JSON.stringify(id)} of the workflow ${JSON.stringify(workflow)} already`
  return new UnitflowError('process-exists', message, { process: id })
}

export function noCategory(): UnitflowError<'bad-argument'> {
  const expected = 'a queue, or several'
  return new UnitflowError('bad-argument', `category: expected ${expected}`, {
    argument: 'category',
    expected,
  })
}
