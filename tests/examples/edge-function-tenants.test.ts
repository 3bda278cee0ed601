import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { removeWorkflow } from 'unitflow'
import { fetchUnit } from '../../examples/edge-function/client.js'
import { tenantOf } from '../../examples/edge-function/tenancy.js'
import { run } from '../packaging/run.js'
import { edgeFunction, edited, isRefused, later, storedValues } from './edge-function-worker.js'

const edge = edgeFunction('edge-function-tenants')

describe('tenants', () => {
  test('have the same keys, and none the values of another', async () => {
    const { version: mine } = await edge.put('orders', edge.specs, 'acme-write')
    const { version: theirs } = await edge.put('orders', edited(edge.specs, 'Order'), 'acme-2-write')
    const values = await storedValues(edge.worker)
    expect(new Set(Object.keys(values).map((name) => name.split('/')[0]))).toEqual(
      new Set(['tenant-acme', 'tenant-acme-2']),
    )
    for (const [token, own, other] of [
      ['acme-read', mine, theirs],
      ['acme-2-read', theirs, mine],
    ] as const) {
      const source = edge.source(token)
      expect((await fetchUnit(source, { processId: 'Order' })).version).toBe(own)
      await expect(fetchUnit(source, { processId: 'Order', version: other })).rejects.toThrow('404')
      const listed: string[] = []
      for await (const key of edge.store(token).keys()) listed.push(key)
      const prefix = `tenant-${token.replace('-read', '')}/`
      const owned = Object.keys(values).filter((name) => name.startsWith(prefix))
      expect(listed.sort()).toEqual(owned.map((name) => name.slice(prefix.length)).sort())
      for (const name of Object.keys(values).filter((name) => !name.startsWith(prefix))) {
        const key = name.slice(name.indexOf('/') + 1)
        const isOwn = owned.includes(prefix + key)
        expect((await edge.ask(`/workflows/${key}`, { token })).status, name).toBe(isOwn ? 200 : 404)
      }
    }
    await removeWorkflow(edge.store('acme-write'), 'orders')
    expect((await fetchUnit(edge.source('acme-2-read', later), { processId: 'Order' })).version).toBe(theirs)
  })

  test.each([
    ['no token', {}],
    ['an unknown token', { authorization: 'Bearer acme-writ' }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: 'Basic acme-write' }],
    ['a hash for a token', { authorization: `Bearer ${'0'.repeat(64)}` }],
  ])('with %s get nothing, whatever they ask for', async (_, headers) => {
    await edge.put('orders')
    for (const path of ['/orders/units/Order', '/', '/v2/roots/x', '/nothing/at/all']) {
      const response = await fetch(edge.url + path, { headers })
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      expect(await response.json()).toMatchObject({ code: 'unauthorized' })
      expect(JSON.parse(response.headers.get('test-touched')!)).toEqual([])
    }
  })

  test('that may only read write nothing', async () => {
    const response = await edge.ask('/workflows/orders', {
      method: 'PUT',
      body: edge.specs,
      token: 'acme-read',
    })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ code: 'forbidden' })
    expect(await storedValues(edge.worker)).toEqual({})
  })

  // `curl --path-as-is` sends paths as they are; fetch would tidy them up first.
  test.each([
    '/workflows/../tenant-acme-2/orders/units/Order',
    '/workflows/..%2f..%2ftenant-acme-2%2forders/units/Order',
    '/workflows/%2e%2e/tenant-acme-2/units/Order',
    '/workflows/..\\tenant-acme-2/units/Order',
    '/workflows/v2/roots/../../../tenant-acme-2/v2/roots/ROOT',
    '/workflows/v2/roots/..%2f..%2f..%2ftenant-acme-2%2fv2%2froots%2fROOT',
    '/workflows/v2%2froots%2fROOT',
    '/workflows/tenant-acme-2/v2/roots/ROOT',
    '/workflows/v2/roots//tenant-acme-2/v2/roots/ROOT',
    '/workflows/v2/roots/ROOT%00',
    '/workflows/v2/roots/ROOT/',
    '//workflows/v2/roots/ROOT',
    '/workflows/%00/units/Order',
    '/workflows//units/Order',
    '/workflows/__proto__/units/constructor',
    '/workflows/?prefix=../tenant-acme-2',
    '/workflows/?prefix=tenant-acme-2',
    '/workflows/?prefix=',
    '/workflows/?prefix=-2',
    `/workflows/${'k'.repeat(5000)}/units/Order`,
  ])('cannot get at another with %.90s', async (path) => {
    await edge.put('orders', edge.approval, 'acme-2-write')
    const root = Object.keys(await storedValues(edge.worker)).find((name) => name.includes('/roots/'))!
    const asked = new URL(edge.url).origin + path.replace('ROOT', root.slice(root.lastIndexOf('/') + 1))
    const options = [
      '-sS',
      '--max-time',
      '30',
      '-i',
      '--path-as-is',
      '-H',
      'authorization: Bearer acme-read',
      asked,
    ]
    const { stdout: printed } = await run('curl', options, { cwd: edge.folder })
    const [head = '', body = ''] = printed.split('\r\n\r\n')
    const touched = /^test-touched: (.*)$/im.exec(head)?.[1]
    for (const call of JSON.parse(touched ?? '[]') as string[]) expect(call).toMatch(/ tenant-acme(\/|$)/)
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1])
    if (status === 200) expect(JSON.parse(body)).toEqual({ keys: [] })
    else expect([400, 404, 405]).toContain(status)
  })

  test('have long and odd keys of their own', async () => {
    const keys = [
      'k'.repeat(5000),
      '../../tenant-acme-2/orders',
      'v2',
      'doc1',
      'doc12',
      '__proto__',
      'ü\u0000',
    ]
    for (const key of keys) {
      await edge.put(encodeURIComponent(key), edge.approval)
      const source = { url: `${edge.url}/${encodeURIComponent(key)}`, token: 'acme-read' }
      expect((await fetchUnit(source, { processId: 'Approval' })).unit.included).toContain('Approval')
      const other = fetchUnit({ ...source, token: 'acme-2-read' }, { processId: 'Approval' })
      await isRefused(other, 'unknown-cache-key')
    }
    for (const name of Object.keys(await storedValues(edge.worker)))
      expect(name).toMatch(/^tenant-acme\/.{1,80}$/)
  })
})

test('a token made as README says opens its tenant, and its secret entry does not hold it', async () => {
  const { stdout } = await run('npm', ['run', '--silent', 'token', '--', 'acme', 'read'], {
    cwd: edge.folder,
  })
  const [, token = ''] = /^token.*: (\S+)$/m.exec(stdout) ?? []
  const [, entry = ''] = /^entry.*: (\{.*\})$/m.exec(stdout) ?? []
  expect(token.length).toBeGreaterThan(40)
  expect(entry).not.toContain(token)
  const request = new Request('http://localhost/', { headers: { authorization: `Bearer ${token}` } })
  expect(await tenantOf(request, `[${entry}]`)).toEqual({ name: 'acme', may: 'read' })
  await expect(
    tenantOf(
      new Request('http://localhost/', { headers: { authorization: `Bearer ${token}x` } }),
      `[${entry}]`,
    ),
  ).rejects.toMatchObject({ status: 401 })
  // A hash that differs in its last digit alone, and one of no token at all.
  const other = entry.replace(/(.)"\}$/, (_, digit: string) => `${digit === '0' ? '1' : '0'}"}`)
  await expect(tenantOf(request, `[${other}]`)).rejects.toMatchObject({ status: 401 })
  const ofNothing = createHash('sha256').update('').digest('hex')
  const open = JSON.stringify([{ name: 'acme', may: 'read', sha256: ofNothing }])
  await expect(tenantOf(new Request('http://localhost/'), open)).rejects.toMatchObject({ status: 401 })
  await expect(
    run('npm', ['run', '--silent', 'token', '--', '../acme', 'read'], { cwd: edge.folder }),
  ).rejects.toThrow('usage')
  for (const bad of [
    '',
    '{}',
    '[{}]',
    '[{"name":"../x","may":"read","sha256":""}]',
    `[${entry.replace('read', 'all')}]`,
  ]) {
    await expect(tenantOf(request, bad), bad).rejects.toMatchObject({ status: 500, code: 'misconfigured' })
  }
})
