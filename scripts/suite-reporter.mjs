// A reporter for vitest: writes what the stages of `npm test` count and repeat at their end, to the file
// that EDGELOOP_SUITE names. vitest's own JSON leaves out the errors that belong to no test.

import { writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { stripVTControlCharacters } from 'node:util'
import { root } from './tree.mjs'

/** The first line that says something, without colours. */
const firstLine = (/** @type {string | undefined} */ text) =>
  stripVTControlCharacters(text ?? '')
    .trim()
    .split('\n', 1)[0] ?? ''

export default class SuiteReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly import('vitest').SerializedError[]} errors outside any test
   */
  onTestRunEnd(modules, errors) {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    /** @type {string[]} */
    const failures = []
    /** @type {string[]} */
    const retried = []
    for (const module of modules) {
      const file = path.relative(root, module.moduleId)
      // What went wrong while a file was loaded, or in a hook.
      for (const error of module.errors()) failures.push(`${file}: ${firstLine(error.message)}`)
      for (const test of module.children.allTests()) {
        const result = test.result()
        counts[result.state]++
        const line = `${file}: ${test.fullName}: ${firstLine(result.errors?.[0]?.message)}`
        if (result.state === 'failed') failures.push(line)
        else if (test.diagnostic()?.flaky === true) retried.push(line)
      }
    }
    for (const { name, message } of errors)
      failures.push(`outside any test: ${String(name)}: ${firstLine(message)}`)
    writeFileSync(
      process.env['EDGELOOP_SUITE'] ?? '',
      JSON.stringify({ ...counts, failures, retried }),
    )
  }
}
