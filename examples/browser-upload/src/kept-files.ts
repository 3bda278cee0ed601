import { createStore, del, get, set } from 'idb-keyval'

/** Files on their way, in a database of their own: values in records are small (1 MiB at most). */
const files = createStore('unitflow-uploads-files', 'files')

export async function keepFile(id: string, file: Blob): Promise<void> {
  await set(id, file, files)
}

/** @throws (by rejecting) `Error` where it is not there */
export async function keptFile(id: string): Promise<Blob> {
  const found = await get<unknown>(id, files)
  if (found instanceof Blob) return found
  throw new Error('This browser has the file no more. Remove it, and choose it again.')
}

export async function dropFile(id: string): Promise<void> {
  await del(id, files)
}
