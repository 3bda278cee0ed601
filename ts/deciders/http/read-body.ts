import { UnitflowError } from '../../errors/index.js'
import { decodeValue } from '../../values/index.js'
import { badArgument } from './problem.js'

/**
 * What a request carries; `{}` where that is nothing. No more is read than may be.
 *
 * @throws `limit-exceeded`, `bad-argument`
 */
export async function readBody(request: Request, maximum: number): Promise<unknown> {
  const text = await readText(request, maximum)
  if (text === '') return {}
  try {
    return decodeValue(text)
  } catch (cause) {
    const expected = 'the form of a value, as JSON'
    throw new UnitflowError(
      'bad-argument',
      `body: expected ${expected}`,
      { argument: 'body', expected },
      { cause },
    )
  }
}

async function readText({ headers, body }: Request, maximum: number): Promise<string> {
  if (Number(headers.get('content-length')) > maximum) throw tooLarge(maximum)
  if (body === null) return ''
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const reader = body.getReader()
  let text = ''
  for (let bytes = 0, isOver = false; !isOver;) {
    const { done, value } = await reader.read()
    bytes += value?.length ?? 0
    if (bytes > maximum) {
      // What is left of it is not waited for.
      reader.cancel().catch(() => undefined)
      throw tooLarge(maximum)
    }
    try {
      text += decoder.decode(value, { stream: !done })
    } catch {
      throw badArgument('body', 'a text in UTF-8')
    }
    isOver = done
  }
  return text
}

function tooLarge(maximum: number): UnitflowError<'limit-exceeded'> {
  const message = `the body of a request has at most ${maximum} bytes`
  return new UnitflowError('limit-exceeded', message, { limit: 'bytes', maximum, pointer: '' })
}
