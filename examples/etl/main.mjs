// Sums up the orders in input/, from a terminal or a crontab. Ends with 0; 1 where the summary is not written; 2 for wrong
// arguments.
import { parseArgs } from 'node:util'
import { printable, tableOf } from './report-table.mjs'
import { openRunner } from './runner.mjs'

const USAGE = `usage: node main.mjs [--input <folder>] [--folder <folder>] [--kill-after <step>] [--kill-in load]
  --input       where orders.csv and prices.json are (input)
  --folder      where the state is kept, and summary.csv written (.etl)
  --kill-after  the program kills itself (SIGKILL) when this step has ended: extract, transform, load
  --kill-in     ... when the summary is written, and not in its place yet`

const STEPS = ['extract', 'transform', 'load']

process.exitCode = await main()

async function main() {
  let options
  try {
    options = readOptions()
  } catch (error) {
    console.error(printable(error.message))
    return 2
  }
  const { killAfter, killIn, ...places } = options
  let opened
  try {
    opened = await openRunner({ ...places, midway: () => killIn === 'load' && kill() })
    const { runner, file } = opened
    const report = await runner.run({
      onEvent(event) {
        // What is told of a step that has ended is kept already.
        if (event.type === 'step-ended' && event.report.step === killAfter) kill()
      },
    })
    console.log(tableOf(report))
    if (report.status === 'completed') console.log(printable(`\n${file.path}`))
    else console.error(printable(`\n${report.error.code ?? report.error.name}: ${report.error.message}`))
    return report.status === 'completed' ? 0 : 1
  } catch (error) {
    console.error(printable(`${error.code ?? error.name}: ${error.message}`))
    return 1
  } finally {
    await opened?.close()
  }
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      input: { type: 'string' },
      folder: { type: 'string' },
      'kill-after': { type: 'string' },
      'kill-in': { type: 'string' },
    },
  })
  const { 'kill-after': killAfter, 'kill-in': killIn, ...places } = values
  const isStep = killAfter === undefined || STEPS.includes(killAfter)
  if (!isStep || (killIn !== undefined && killIn !== 'load')) throw new Error(USAGE)
  return { ...places, killAfter, killIn }
}

function kill() {
  process.kill(process.pid, 'SIGKILL')
}
