import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

export interface RunResult {
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end; one that fails throws with all that it said. */
export async function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly input?: string },
): Promise<RunResult> {
  const child = spawn(command, args, { cwd: options.cwd, env: cleanEnvironment() })
  child.stdin.end(options.input)
  const [stdout, stderr, ended] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  if (ended[0] === 0) return { stdout, stderr }
  throw new Error(
    `${command} ${args.join(' ')} ended with ${String(ended[0] ?? ended[1])}\n${stdout}\n${stderr}`,
  )
}

/** What npm tells the scripts that it runs would make an npm inside them work on this package instead of its own. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const ours =
    /^npm_(package|lifecycle|command|config_(local_prefix|prefix|global_prefix|ignore_scripts))|^NODE_OPTIONS$|^VITEST|^FORCE_COLOR$/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)))
}
