// `node scripts/performance.mjs results.json [page]`: writes the figures of a run of the laboratory into
// docs/performance.md, or another page, between its two marks. No figure there is typed by hand.

import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import prettier from 'prettier'
import { root } from './tree.mjs'

/** @typedef {import('../bench/results.js').Results} Results */
/** @typedef {import('../bench/results.js').ScenarioResult} ScenarioResult */
/** @typedef {import('../bench/results.js').Row} Row */

const [begin, end] = ['<!-- figures: begin -->', '<!-- figures: end -->']
const noisySpread = 0.15

/** @param {number} value */
const whole = (value) => Math.round(value).toLocaleString('en-US')
/** @param {number} value */
const micros = (value) => (value < 1 ? value.toFixed(3) : value.toFixed(value < 10 ? 2 : 1))

/**
 * @param {string[]} heads
 * @param {string[][]} rows
 */
function table(heads, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`
  const rule = heads.map((head, index) => (index === 0 || head === 'of which' ? '---' : '--:'))
  return [line(heads), line(rule), ...rows.map(line), ''].join('\n')
}

/** @param {Row} row a ratio within the rounds, and of the cheapest ones */
function ratioCell({ summary, failure }) {
  const ratio = summary?.againstFloor
  if (summary === undefined || ratio === undefined) return failure === undefined ? '–' : 'fails'
  const mark = summary.cpu.spread > noisySpread ? ' ~' : ''
  return `${ratio.median.toFixed(2)} (${ratio.cheapest.toFixed(2)})${mark}`
}

/** @param {readonly ScenarioResult[]} scenarios CPU per answer, each server against the floor */
function cpuTable(scenarios) {
  const titles = [...new Map(scenarios.flatMap(({ rows }) => rows.map((row) => [row.title, row])))]
  const others = titles.filter(([, { role }]) => role !== 'floor').map(([title]) => title)
  const rows = scenarios.map(({ scenario, rows }) => {
    const floor = rows.find(({ role }) => role === 'floor')?.summary?.cpu
    const measure = floor === undefined ? '–' : `${micros(floor.median)} (${micros(floor.min)})`
    const cells = others.map((title) => {
      const row = rows.find((one) => one.title === title)
      return row === undefined ? '–' : ratioCell(row)
    })
    return [`\`${scenario.name}\``, measure, ...cells]
  })
  return table(['scenario', 'C++ floor, µs', ...others], rows)
}

/** @param {ScenarioResult} result */
function tailTable({ rows }) {
  return table(
    ['at 5,000 messages/s', 'p50 µs', 'p99 µs', 'p99 × floor (lowest rounds)'],
    rows.flatMap(({ title, summary }) => {
      if (summary?.latency === undefined) return []
      const { p50, p99 } = summary.latency
      const tail = summary.p99AgainstFloor
      const ratio =
        tail === undefined ? '–' : `${tail.median.toFixed(2)} (${tail.cheapest.toFixed(2)})`
      const mark = p99.spread > noisySpread ? ' ~' : ''
      return [[title, whole(p50.median), whole(p99.median) + mark, ratio]]
    }),
  )
}

/** @param {ScenarioResult} result */
function memoryTable({ rows }) {
  return table(
    ['10,000 connections', 'bytes each, open', 'bytes each, after one message', 'MB without'],
    rows.map(({ title, memory, failure }) => {
      if (memory === undefined) return [title, failure === undefined ? '–' : 'fails', '–', '–']
      const { open, answered, before } = memory
      return [
        title,
        whole(open.median),
        whole(answered.median),
        (before.median / 1048576).toFixed(1),
      ]
    }),
  )
}

/** @param {ScenarioResult} result */
function registerTable({ rows }) {
  const own = (/** @type {Row} */ { summary }) =>
    summary?.userShare === undefined ? undefined : summary.cpu.median * summary.userShare
  const floor = rows.find(({ role }) => role === 'floor')
  const least = floor === undefined ? undefined : own(floor)
  const npm = rows.find(({ role }) => role === 'baseline')?.summary?.cpu.median
  return table(
    [
      '10,000 eventfds, 1% ready',
      'events per CPU second',
      '× npm `epoll`',
      'CPU µs per event',
      'user µs over the C++ loop',
    ],
    rows.map((row) => {
      const { title, summary } = row
      if (summary === undefined) return [title, 'fails', '–', '–', '–']
      const cpu = summary.cpu.median
      const user = own(row)
      return [
        title,
        whole(1e6 / cpu),
        npm === undefined ? '–' : (npm / cpu).toFixed(1),
        micros(cpu) + (summary.cpu.spread > noisySpread ? ' ~' : ''),
        user === undefined || least === undefined ? '–' : (user - least).toFixed(2),
      ]
    }),
  )
}

/** @param {readonly ScenarioResult[]} scenarios */
function callsTable(scenarios) {
  const counted = scenarios.flatMap(({ scenario, rows }) =>
    rows.flatMap(({ title, calls }) => {
      if (typeof calls !== 'object') return []
      const names = Object.entries(calls.names).map(
        ([name, count]) => `${name} ${count.toFixed(2)}`,
      )
      return [[`\`${scenario.name}\`, ${title}`, calls.total.toFixed(2), names.join(', ')]]
    }),
  )
  return table(['scenario, server', 'calls', 'of which'], counted)
}

/** @param {Results} results */
function figures({ scenarios, machine, settings, command, startedAt }) {
  const find = (/** @type {string} */ name) =>
    scenarios.filter(({ scenario }) => scenario.name === name)
  const answered = scenarios.filter(({ scenario: { kind } }) => kind === 'talk' || kind === 'churn')
  const others = machine.others ?? 0
  const state =
    others < 0.05
      ? 'The machine was quiet.'
      : `**The machine was not quiet: other processes took ${String(Math.round(others * 100))}% of all CPU time. These figures are a sketch; ratios within a round suffer least.**`
  return [
    `\`${command}\`, ${startedAt.slice(0, 16).replace('T', ' ')} UTC: ${String(settings.rounds)} rounds of ${String(settings.seconds)} s. ${machine.cpu}, ${String(machine.cores)} cores, ${machine.kernel}, Node ${machine.node}; ${machine.pinning}. ${state}`,
    'CPU per answer against the floor: median of the ratios within a round (ratio of the cheapest rounds); `~`: the rounds lie more than 15% apart.',
    cpuTable(answered),
    ...find('echo-rate').map(tailTable),
    ...find('memory').map(memoryTable),
    ...find('register').map(registerTable),
    'System calls per answer, under strace:',
    callsTable(scenarios),
  ].join('\n\n')
}

const [file, page = path.join(root, 'docs', 'performance.md')] = process.argv.slice(2)
if (file === undefined) {
  console.error('usage: node scripts/performance.mjs results.json [page]')
  process.exit(2)
}
const results = /** @type {Results} */ (JSON.parse(readFileSync(file, 'utf8')))
const text = readFileSync(page, 'utf8')
const [from, to] = [text.indexOf(begin), text.indexOf(end)]
if (from < 0 || to < from) {
  console.error(`${page} has lost its marks: ${begin} and ${end}`)
  process.exit(1)
}
const renewed = `${text.slice(0, from)}${begin}\n\n${figures(results)}\n\n${text.slice(to)}`
const options = await prettier.resolveConfig(page)
writeFileSync(page, await prettier.format(renewed, { ...options, filepath: page }))
