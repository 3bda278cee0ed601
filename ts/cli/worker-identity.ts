import { systemCodeOf } from './failures.js'

/** A program on a host, as histories show who has worked. */
export function identityOf(pid: number, host: string): string {
  return `unitflow ${pid} on ${host}`
}

/** Whether an identity is of a program of this host that has ended. Of others nothing is known. */
export function isGone(identity: string, host: string): boolean {
  const [, pid = '', on] = /^unitflow (\d+) on (.*)$/.exec(identity) ?? []
  if (on !== host) return false
  try {
    // Signal 0 only asks whether there is somebody.
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return systemCodeOf(error) === 'ESRCH'
  }
}
