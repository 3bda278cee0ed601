// Processes of their own that do something to a store, and what they say.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Starts `actors/<name>.mjs`; `onMessage` hears all it says. `conditions` are what it runs under: with `files` it may have so
 * many open at once, with `clock` the time of day goes as `shifting-clock.mjs` says, with `uid` it is that user's.
 */
export function startActor(name, options, onMessage = () => undefined, conditions = {}) {
  const script = fileURLToPath(new URL(`actors/${name}.mjs`, import.meta.url))
  const stdio = ['ignore', 'inherit', 'pipe', 'ipc']
  const child = fork(script, [JSON.stringify(options)], { stdio, ...forkOptions(conditions) })
  let said = ''
  let failure
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (text) => (said += text))
  const ready = new Promise((resolve) => {
    child.on('message', (message) => {
      if (message.type === 'ready') resolve()
      if (message.type === 'failure') failure ??= message.message
      onMessage(message)
    })
    child.on('close', resolve)
  })
  const ended = new Promise((resolve) => {
    child.on('close', (code, signal) => {
      const ending =
        failure ?? (code === 0 || signal === 'SIGKILL' ? undefined : `ended with ${code ?? signal}`)
      resolve({ signal, failure: ending === undefined ? undefined : `${name}: ${ending}\n${said}`.trim() })
    })
  })
  return {
    ready,
    /** Resolves to how it ended, with what went wrong if anything did. */
    ended,
    kill: () => child.kill('SIGKILL'),
    /** Asks it to finish what it is at, and to end. */
    stop() {
      if (child.connected) child.send('stop', () => undefined)
      return ended
    },
  }
}

function forkOptions({ files, clock, uid }) {
  const node = clock === undefined ? [] : ['--import', new URL('shifting-clock.mjs', import.meta.url).href]
  const env = { ...process.env, ...(clock !== undefined && { SHIFTING_CLOCK: JSON.stringify(clock) }) }
  const user = uid === undefined ? {} : { uid }
  if (files === undefined) return { env, ...user, execArgv: node }
  // Only a shell can lower the limit, before it becomes the program.
  const shell = ['-c', `ulimit -n ${files} && exec "$0" "$@"`, process.execPath, ...node]
  return { env, ...user, execPath: '/bin/sh', execArgv: shell }
}

/** Runs an actor in its own process: `work` repeats until it is told to stop. */
export async function actor(work) {
  let stopped = false
  process.on('message', (message) => (stopped = message === 'stop'))
  // Without whoever started it nobody would ever stop it.
  process.on('disconnect', () => process.exit(3))
  const say = (message) => new Promise((resolve) => process.send(message, resolve))
  try {
    const step = await work(JSON.parse(process.argv[2]), say)
    await say({ type: 'ready' })
    for (let round = 0; !stopped; round++) await step(round)
    await say({ type: 'done' })
  } catch (error) {
    await say({ type: 'failure', message: describe(error) })
  }
  process.exit(0)
}

/** An error with its code and what caused it. */
export function describe(error) {
  const code = error?.code === undefined ? '' : `[${error.code}] `
  const cause = error?.cause === undefined ? '' : `\n  caused by ${describe(error.cause)}`
  return `${code}${error?.stack ?? error}${cause}`
}
