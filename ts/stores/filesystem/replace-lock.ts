import { join } from 'node:path'
import { type FilesystemPromises, listDirectory, systemCode } from './filesystem-promises.js'
import { type FileWriter, writeWhole } from './file-writer.js'
import { uniqueName } from './key-path.js'
import { sleep } from './patient-filesystem.js'

/** A lock that has been held for so long (ms) belongs to a process that was killed. */
const STALE_AFTER = 10_000
/** Longest wait between two looks at a lock, in ms. */
const LONGEST_PAUSE = 25
/** What systems answer when a folder that is not empty is in the way of another. */
const HELD = new Set(['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES'])

/**
 * The right to replace one key's value, among all processes on this file system.
 *
 * The lock of a key is a folder beside it, `<name>~lock`. The value to be written is prepared as the only file of a
 * folder of its own, under a name that nobody else uses, and the lock is taken by renaming that folder to the lock's name:
 * systems let it take the place of nothing or of an empty folder, never of one that holds a file. So at any time at most
 * one file is in the lock, the holder's prepared value, and whose it is cannot be mistaken. Committing is to rename that
 * file to the key's path, which writes the value and leaves the lock empty, in one step.
 *
 * A holder that was killed is put out by unlinking its file, by its own name. Two that do so do no harm: the second finds
 * nothing under that name, whoever holds the lock by then, and of both only one gets its folder in place. A holder that
 * was only slow (a laptop's lid, a stopped container) and has been put out cannot win either: its commit finds that its
 * file is gone. Hence when to give up a holder is a question of waiting, never one of correctness, and clocks that differ
 * between machines cost a retry at worst. A lock file made with O_EXCL cannot give that: it cannot be removed on condition
 * that it is still the one that was looked at.
 */
export class ReplaceLock {
  readonly #fs: FilesystemPromises
  readonly #key: string
  readonly #path: string
  readonly #name: string = uniqueName()
  #taken = false

  constructor(fs: FilesystemPromises, key: string, path: string) {
    this.#fs = fs
    this.#key = key
    this.#path = path
  }

  /** Prepares the value. The key's folder must exist. */
  async prepare(value: Uint8Array): Promise<void> {
    await this.#fs.mkdir(this.#pending)
    await writeWhole(this.#fs, join(this.#pending, this.#name), value)
  }

  /** Waits for the lock, at most until `deadline` (ms, as `performance.now` counts). Resolves to whether it was given. */
  async take(deadline: number): Promise<boolean> {
    let pause = 1
    for (let refusals = 0; ;) {
      const holder = await this.#holder()
      if (holder === undefined || holder === 'nobody') {
        // Windows puts a folder not even in the place of an empty one.
        if (holder === 'nobody') await this.#fs.rmdir(this.#lock).catch(() => undefined)
        try {
          await this.#fs.rename(this.#pending, this.#lock)
          this.#taken = true
          return true
        } catch (error) {
          // Somebody was faster; or else the folder may not be written, and then this goes on.
          if (!HELD.has(systemCode(error) ?? '') || ++refusals > 20) throw error
        }
        continue
      }
      if (Math.abs(Date.now() - holder.since) > STALE_AFTER) {
        await this.#fs.unlink(join(this.#lock, holder.name)).catch(() => undefined)
        await this.#fs.rmdir(this.#lock).catch(() => undefined)
        continue
      }
      if (performance.now() > deadline) return false
      await sleep(pause * (0.5 + Math.random()))
      pause = Math.min(pause * 2, LONGEST_PAUSE)
      // The time in the lock counts, not the time before it.
      const now = new Date()
      await this.#fs.utimes(join(this.#pending, this.#name), now, now)
    }
  }

  /** Writes the value, if the lock is still held, and says whether it was. */
  async commit(writer: FileWriter): Promise<boolean> {
    try {
      await writer.put(this.#key, join(this.#lock, this.#name))
      return true
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return false
      throw error
    }
  }

  /** Lets go of everything; to be called in any case. */
  async release(): Promise<void> {
    const folder = this.#taken ? this.#lock : this.#pending
    await this.#fs.unlink(join(folder, this.#name)).catch(() => undefined)
    await this.#fs.rmdir(folder).catch(() => undefined)
  }

  get #lock(): string {
    return `${this.#path}~lock`
  }

  get #pending(): string {
    return `${this.#path}~${this.#name}`
  }

  /** Undefined where there is no lock, and `'nobody'` where it is empty. */
  async #holder(): Promise<{ readonly name: string; readonly since: number } | 'nobody' | undefined> {
    try {
      const [entry] = await listDirectory(this.#fs, this.#lock)
      if (entry === undefined) return 'nobody'
      return { name: entry.name, since: Number((await this.#fs.lstat(join(this.#lock, entry.name))).mtimeMs) }
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      throw error
    }
  }
}
