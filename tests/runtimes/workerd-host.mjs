// Runs the acceptance program in workerd; the specs are the body of the request.
import { acceptance } from './acceptance.mjs'

export default {
  async fetch(request) {
    try {
      return new Response(await acceptance(await request.text()))
    } catch (error) {
      return new Response(String(error?.stack ?? error), { status: 500 })
    }
  },
}
