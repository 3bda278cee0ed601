// Runs the acceptance program in Node, on the package that is installed beside this file; the specs come by stdin.
import { text } from 'node:stream/consumers'
import { acceptance } from './acceptance.mjs'

process.stdout.write(await acceptance(await text(process.stdin)))
