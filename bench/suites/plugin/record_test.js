// Stands in for tests/test.js of postgres.js, which stops at the first failure and reports nothing
// else: runs every test in order and writes how each ended, as it ends.

import { appendFileSync } from 'fs'
import util from 'util'

const waiting = []
const only = process.env.SUITE_ONLY_NAMES ? JSON.parse(process.env.SUITE_ONLY_NAMES) : null
let begun = false

// A promise that nobody waits for any more, of a test that has ended, is not to end the others.
process.on('unhandledRejection', error => console.error('unhandled', error))
process.on('uncaughtException', error => console.error('uncaught', error))

export const t = (name, options, fn) => add(name, options, fn)
export const ot = t
export const nt = name => record(name, 'skipped')
t.timeout = 5

function record(name, outcome) {
  appendFileSync(process.env.SUITE_RECORD, JSON.stringify([name, outcome]) + '\n')
}

function add(title, options, fn) {
  if (typeof options !== 'object') [options, fn] = [{}, options]
  const line = new Error().stack.split('\n')[3].match(':([0-9]+):')[1]
  waiting.push({ name: `${line} ${title}`, seconds: options.timeout || t.timeout, fn })
  if (!begun) setImmediate(all)
  begun = true
}

async function all() {
  for (const { name, seconds, fn } of waiting) {
    if (only && !only.includes(name)) continue
    record(name, 'begun')
    record(name, await outcome(name, seconds, fn))
  }
  process.exit(0)
}

async function outcome(name, seconds, fn) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('timed out')), seconds * 1000)
  })
  try {
    const [expected, got] = await Promise.all(await Promise.race([late, fn()]))
    if (expected !== got) throw new Error(util.inspect(expected) + ' != ' + util.inspect(got))
    return 'passed'
  } catch (error) {
    console.error(name, error)
    return 'failed'
  } finally {
    clearTimeout(timer)
  }
}
