// One start in Node; the specs come by stdin.
import { text } from 'node:stream/consumers'
import { timeFirstUnit } from './first-unit.mjs'

const specs = await text(process.stdin)
console.log(JSON.stringify(await timeFirstUnit(() => import('unitflow'), specs)))
