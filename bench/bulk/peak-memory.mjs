// Takes one text apart, handed in as a stream, bytes or a string, and prints what that took.
import { createReadStream, readFileSync, statSync } from 'node:fs'
import process from 'node:process'
import { memories } from '../seen-cores.mjs'

const { decompose, decomposeStream } = await import('unitflow')

const [way, file] = process.argv.slice(2)
const before = peakRss()
const start = performance.now()
if (way === 'stream') await decomposeStream(createReadStream(file))
else decompose(way === 'string' ? readFileSync(file, 'utf8') : readFileSync(file))
const ms = performance.now() - start
const peak = peakRss() - before
const wasm = Math.max(...memories.map((memory) => memory.buffer.byteLength))
console.log(JSON.stringify({ ms, wasm, peak, input: statSync(file).size }))

/** In bytes. Not `resourceUsage`, which on Linux begins with the peak of the process that started this one. */
function peakRss() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024
  } catch {
    return process.resourceUsage().maxRSS * 1024
  }
}
