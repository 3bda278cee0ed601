import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { prune, removeWorkflow } from 'unitflow'
import { run } from '../packaging/run.js'
import { POLL, EdgeRuns } from './edge-function-runs.js'
import { edgeFunction, LATER, namespaceOf, problemOf, storedValues } from './edge-function-worker.js'

const edge = edgeFunction('edge-function-runs')
const runs = new EdgeRuns(edge)
const APPROVAL = { workflow: 'approval', process: 'Approval' }

describe('a run', () => {
  test('U36 U37 is started, answered by people, and reads the units that it gets to', async () => {
    const report = await edge.put('approval', edge.approval)
    const id = await runs.start({ ...APPROVAL, data: { asked: 'by Ada' } })
    await runs.task(id, 'Describe_Purchase')
    expect(await runs.read(id, report)).toEqual(['Approval'])
    const { tasks, active, completed, status, trouble } = await runs.show(id)
    expect({ active, status, trouble }).toEqual({
      active: ['Describe_Purchase'],
      status: 'open',
      trouble: [],
    })
    expect(completed.map(({ element }) => element)).toEqual(['Request_Received'])
    expect(tasks).toEqual([
      expect.objectContaining({
        process: 'Approval',
        name: 'Describe the purchase',
        lane: 'Requester',
        data: { asked: 'by Ada', purchase: { what: 'A second monitor', price: 219 } },
      }),
    ])

    await runs.answer(id, 'Describe_Purchase', { purchase: { price: 900 } })
    await runs.answer(id, 'Decide')
    expect(await runs.read(id, report)).toEqual(['Approval', 'Budget_Check', 'Manager_Decision'])
    expect((await runs.show(id)).active).toEqual([
      { processId: 'Manager_Decision', elementId: 'Tell_Requester' },
    ])
    await runs.answer(id, 'Tell_Requester')
    const ended = await runs.ends(id)
    expect(ended).toMatchObject({ id, ...APPROVAL, status: 'completed', active: [], tasks: [] })
    expect(ended.result).toEqual({
      type: 'completed',
      result: {
        asked: 'by Ada',
        purchase: { what: 'A second monitor', price: 900 },
        budget: { left: 100 },
        decision: { approved: true },
      },
    })
    expect(ended.completed.map(({ element }) => element)).toEqual([
      ...['Request_Received', 'Describe_Purchase', 'Price_Known', 'Subtract_Price', 'Budget_Known'],
      ...['Check_Budget', 'Money_There', 'Decision_Wanted', 'Decide', 'Tell_Requester', 'Decision_Made'],
      ...['Ask_Manager', 'Purchase_Decided'],
    ])
  })

  test('whose way leads past a process never reads it', async () => {
    const report = await edge.put('approval', edge.approval)
    const id = await runs.start(APPROVAL)
    await runs.answer(id, 'Describe_Purchase', { purchase: { price: 2000 } })
    expect((await runs.ends(id)).status).toBe('completed')
    expect(await runs.read(id, report)).toEqual(['Approval', 'Budget_Check'])
  })

  test('goes on after its object was thrown out of memory, between tasks and before it has begun', async () => {
    await edge.put('approval', edge.approval)
    const id = await runs.start(APPROVAL)
    await runs.evict(id)
    const token = await runs.task(id, 'Describe_Purchase')
    await runs.evict(id)
    expect((await runs.post(`/${id}/tasks/${encodeURIComponent(token)}`, {})).status).toBe(202)
    await runs.evict(id)
    await runs.answer(id, 'Decide', { decision: { approved: false } })
    await runs.answer(id, 'Tell_Requester')
    expect((await runs.ends(id)).result).toMatchObject({ result: { decision: { approved: false } } })
  })

  test('U38 stays on the version that it was started on, also when others are pruned', async () => {
    const { version } = await edge.put('approval', edge.approval)
    const id = await runs.start(APPROVAL)
    await runs.task(id, 'Describe_Purchase')
    const limited = edge.approval.replace('>= 0', '>= 5000')
    expect(limited).not.toBe(edge.approval)
    await edge.put('approval', limited)
    const store = edge.store('acme-write')
    await removeWorkflow(store, version)
    for (let times = 0; times < 2; times++) await prune(store, { grace: 0 })
    await runs.evict(id)
    await runs.answer(id, 'Describe_Purchase')
    await runs.task(id, 'Decide')
    const later = await runs.start(APPROVAL)
    await runs.answer(later, 'Describe_Purchase')
    expect((await runs.ends(later)).completed.at(-1)?.element).toBe('No_Money_Left')
  })

  test('waits for a unit that is gone, tells why, and goes on when it is back', async () => {
    const { processes } = await edge.put('approval', edge.approval)
    const namespace = await namespaceOf(edge.worker)
    const hash = processes.find(({ id }) => id === 'Budget_Check')!.hash
    const name = `tenant-acme/v2/objects/${hash.slice(0, 40)}`
    const values = await storedValues(edge.worker)
    await namespace.delete(name)
    const id = await runs.start(APPROVAL)
    await runs.answer(id, 'Describe_Purchase')
    await expect
      .poll(async () => (await runs.show(id)).trouble.map(({ code }) => code), POLL)
      .toEqual(['object-missing'])
    await namespace.put(name, values[name]!)
    await runs.task(id, 'Decide')
    expect((await runs.show(id)).trouble).toEqual([])
  })

  test('is one under its id, and another one for another tenant', async () => {
    await edge.put('approval', edge.approval)
    const ids = [
      await runs.start({ ...APPROVAL, id: 'mine-1' }),
      await runs.start({ ...APPROVAL, id: 'mine-1' }),
    ]
    expect(ids).toEqual(['mine-1', 'mine-1'])
    await runs.task('mine-1', 'Describe_Purchase')
    expect((await runs.show('mine-1')).tasks.length).toBe(1)
    const other = await runs.post('', { ...APPROVAL, process: 'Budget_Check', id: 'mine-1' })
    expect(other.status).toBe(409)
    expect(await problemOf(other)).toMatchObject({ code: 'run-exists' })
    const theirs = await edge.ask('/runs/mine-1', { token: 'acme-2-read' })
    expect(theirs.status).toBe(404)
    const token = await runs.task('mine-1', 'Describe_Purchase')
    const stolen = await runs.post(
      `/mine-1/tasks/${encodeURIComponent(token)}`,
      {},
      { token: 'acme-2-write' },
    )
    expect(stolen.status).toBe(404)
  })
})

test('an element without a function keeps a run waiting, and is told', async () => {
  await edge.put('orders')
  const id = await runs.start({ workflow: 'orders', process: 'Order' })
  await expect
    .poll(async () => (await runs.show(id)).trouble.map(({ code }) => code), POLL)
    .toEqual(['unbound-elements'])
  expect((await runs.show(id)).trouble[0]?.message).toContain('Register_Order')
})

test('what cannot be done is told, and leaves nothing behind', async () => {
  await edge.put('approval', edge.approval)
  const refused: readonly (readonly [string, unknown, number, string])[] = [
    ['', '{', 400, 'bad-body'],
    ['', [], 400, 'bad-body'],
    ['', {}, 400, 'bad-run'],
    ['', { ...APPROVAL, workflow: 5 }, 400, 'bad-run'],
    ['', { ...APPROVAL, data: [] }, 400, 'bad-run'],
    ['', { ...APPROVAL, id: '../x' }, 400, 'bad-run'],
    ['?dry=1', APPROVAL, 400, 'bad-query'],
    ['', { ...APPROVAL, workflow: 'nothing', id: 'a' }, 404, 'unknown-cache-key'],
    ['', { ...APPROVAL, process: 'Nobody', id: 'a' }, 404, 'unknown-process'],
    ['/a/tasks/b', {}, 404, 'no-such-run'],
    ['/a%2Fb/tasks/c', {}, 404, 'no-such-run'],
    ['/a/tasks', {}, 404, 'not-found'],
    ['/a/tasks/b/c', {}, 404, 'not-found'],
    ['/a', {}, 405, 'method-not-allowed'],
  ]
  for (const [path, body, status, code] of refused) {
    const response = await runs.post(path, body, { headers: LATER })
    expect([path, body, response.status]).toEqual([path, body, status])
    expect(await problemOf(response)).toMatchObject({ code })
  }
  for (const path of ['/runs', '/runs/a/tasks/b']) {
    expect((await edge.ask(path)).status).toBe(405)
    expect((await edge.ask(path, { method: 'POST', body: '{}', token: 'acme-read' })).status).toBe(403)
    expect((await edge.ask(path, { method: 'POST', body: '{}', token: '' })).status).toBe(401)
  }
  expect((await edge.ask('/runs/a')).status).toBe(404)
  // It was refused before, and can be started.
  const id = await runs.start({ ...APPROVAL, id: 'a' })
  await runs.answer(id, 'Describe_Purchase')
  const late = await runs.task(id, 'Decide')
  await runs.answer(id, 'Decide')
  const twice = await runs.post(`/a/tasks/${encodeURIComponent(late)}`, {})
  expect(twice.status).toBe(409)
  expect(await problemOf(twice)).toMatchObject({ code: 'unknown-activity' })
  expect(await problemOf(await runs.post('/a/tasks/nonsense', {}))).toMatchObject({ code: 'bad-token' })
  expect(await problemOf(await runs.post(`/a/tasks/${encodeURIComponent(late)}`, '5'))).toMatchObject({
    code: 'bad-body',
  })
})

test('the commands of README start a run and show it', async () => {
  const readme = await readFile(join(edge.folder, 'README.md'), 'utf8')
  const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block)
  expect(blocks[0]).toBe('npm install\nnpm run dev\n')
  const dev = spawn(process.execPath, ['dev.mjs'], {
    cwd: edge.folder,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  dev.stdout.on('data', (piece) => (said += String(piece)))
  onTestFinished(async () => {
    if (dev.exitCode !== null) return
    dev.kill('SIGINT')
    await once(dev, 'close')
  })
  await expect.poll(() => said, POLL).toMatch(/http:\/\/[\d.:]+/)
  const [origin = ''] = /http:\/\/[\d.:]+/.exec(said) ?? []
  const answers: unknown[] = []
  for (const command of blocks[2]!.trim().split('\n')) {
    const file = join(edge.folder, '../approval.c.json')
    const here = command
      .replace('http://127.0.0.1:8787', origin)
      .replace('../workflows/approval.c.json', file)
    await writeFile(file, edge.approval)
    answers.push(JSON.parse((await run('bash', ['-c', here], { cwd: edge.folder })).stdout))
  }
  expect(answers).toEqual([
    expect.objectContaining({ cacheKey: 'approval' }),
    { id: 'run-1' },
    expect.objectContaining({ id: 'run-1', status: 'open' }),
  ])
})
