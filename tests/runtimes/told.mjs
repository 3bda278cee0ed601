import { errorToData } from 'unitflow/read'

/** What a call came to, in a form that a page hands out to a test. */
export async function told(work) {
  try {
    return { value: await work() }
  } catch (error) {
    const { code, fields } = errorToData(error)
    return { code, fields }
  }
}
