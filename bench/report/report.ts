import { readFileSync } from 'node:fs'
import { times } from '../figures/format'
import { cheapest, readFailures, readMachine, readScenario } from '../figures/reading'
import { growths } from '../figures/textbook'
import { machineFacts, sources } from '../output/sources'
import { inPackage } from '../package'
import type { Results, ScenarioResult } from '../results'
import { chartsOf } from './charts'
import { figuresTable } from './figures-table'
import { html, inline, json, type Html } from './html'
import type { Chart } from './page/chart-data'

const asset = (name: string): Html =>
  inline(readFileSync(inPackage('dist', 'bench', 'report', 'assets', name), 'utf8'))

function chartBox(chart: Chart): Html {
  const bars = chart.stacked ? 1 : chart.series.length
  const height = 78 + chart.labels.length * (bars === 1 ? 32 : 12 + bars * 13)
  const told = chart.labels
    .map((label, index) => {
      const values = chart.series.map(
        (series) => `${series.label} ${(series.values[index] ?? 0).toPrecision(3)}`,
      )
      return `${label}: ${values.join(', ')}`
    })
    .join('; ')
  return html`<div class="chart">
    <h3>${chart.title}</h3>
    <div style="height:${String(height)}px">
      <canvas
        id="${chart.id}"
        role="img"
        aria-label="${chart.title}, ${chart.unit}. ${told}"
      ></canvas>
    </div>
  </div>`
}

const reading = (sentences: readonly string[]): Html =>
  html`<ul class="reading">
    ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
  </ul>`

function scenarioSection(result: ScenarioResult, results: Results): Html {
  const charts = chartsOf(result, results)
  const [first, ...rest] = charts
  return html`<section id="${result.scenario.name}">
    <h2>${result.scenario.title}</h2>
    <p class="quiet lead">${result.scenario.about}</p>
    <div class="charts">
      ${first === undefined ? '' : chartBox(first)}${reading([...readScenario(result, results), ...readFailures(result)])}${rest.map(chartBox)}
    </div>
    <details>
      <summary>All figures</summary>
      ${figuresTable(result)}
    </details>
  </section> `
}

/** What idle connections add to the price, where the run has both sides of it. */
function growthTile(result: ScenarioResult, results: Results): Html | string {
  const all = growths(result, results)
  const select = all.find(({ server }) => server === 'select')
  const epoll = all.find(({ server }) => server.startsWith('epoll'))
  if (select === undefined || epoll === undefined) return ''
  const figure = `${times(select.factor)}× and ${times(epoll.factor)}×`
  const unit = result.scenario.unit
  return html`<a class="tile" href="#${result.scenario.name}"
    ><b>${figure}</b
    ><small
      >the price of a ${unit} on select, and on epoll, once ${String(result.scenario.idle)} idle
      connections are open</small
    ></a
  >`
}

function tile(result: ScenarioResult, results: Results): Html | string {
  const growth = growthTile(result, results)
  const best = cheapest(result)
  const against = best?.summary.againstNode
  const node = result.rows.find(({ role }) => role === 'baseline')
  if (growth !== '') return growth
  if (best === undefined || against === undefined || node === undefined) return ''
  return html`<a class="tile" href="#${result.scenario.name}"
    ><b>${times(against.median)}×</b
    ><small>the CPU of ${node.title}: ${result.scenario.title} (${best.title})</small></a
  >`
}

const facts = (list: readonly (readonly [string, string])[]): Html =>
  html`<dl>
    ${list.map(
      ([what, text]) =>
        html`<dt>${what}</dt>
          <dd>${text}</dd>`,
    )}
  </dl>`

function contestantList(results: Results): (readonly [string, string])[] {
  const all = new Map<string, string>()
  for (const { rows } of results.scenarios) for (const row of rows) all.set(row.title, row.about)
  return [...all]
}

/** The whole report: one file that needs nothing else. */
export function report(results: Results): string {
  const charts = results.scenarios.flatMap((result) => chartsOf(result, results))
  const date = results.startedAt.slice(0, 10)
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
        />
        <title>edgeloop bench, ${date}</title>
        <style>
          ${asset('style.css')}
        </style>
      </head>
      <body>
        <header>
          <h1>select, poll, epoll and libuv, side by side</h1>
          <p class="quiet lead">
            The same jobs done by edgeloop’s servers, by Node’s own on libuv’s default loop, and by
            a floor in C++ that nothing can be much cheaper than; under load from another process,
            taking turns on one core. What counts is CPU per answer: over the loopback interface,
            throughput is soon the load generator’s limit. ${date}, ${results.machine.cpu}, Linux
            ${results.machine.kernel.split(' ')[1] ?? ''}, Node ${results.machine.node}.
          </p>
          <div class="tiles">${results.scenarios.map((result) => tile(result, results))}</div>
          ${readMachine(results).map((sentence) => html`<p class="warning">${sentence}</p>`)}
          <ul class="key">
            <li><i style="background:var(--edgeloop)"></i>edgeloop</li>
            <li><i style="background:var(--node)"></i>Node, libuv’s default loop</li>
            <li><i style="background:var(--other)"></i>libuv without Node, other runtimes</li>
            <li>
              <i style="background:var(--floor)"></i>C++ on plain epoll, the floor (dashed line)
            </li>
            <li>thin bars with ends: from the lowest to the highest round</li>
          </ul>
        </header>
        <main>
          ${results.scenarios.map((result) => scenarioSection(result, results))}
          <section>
            <h2>Who takes part</h2>
            ${facts(contestantList(results))}
          </section>
          <section>
            <h2>Where the figures come from</h2>
            ${facts([...sources, ...machineFacts(results)])}
          </section>
          <section>
            <h2>What they do not show</h2>
            <p>
              One machine, one run, the loopback interface: no network card, no loss, no distance.
              Small answers, no TLS, no application behind the server: the more of that there is,
              the less the loop matters. One core for each server. Repeat it where it matters to
              you: <code>${results.command}</code>
            </p>
          </section>
        </main>
        <footer>
          Written by edgeloop ${results.machine.edgeloop} on ${results.startedAt}. All of it is in
          this file; nothing is loaded from anywhere.
        </footer>
        <script>
          ${asset('chart.js')}
        </script>
        <script id="charts" type="application/json">
          ${json(charts)}
        </script>
        <script type="module">
          ${asset('charts.js')}
        </script>
      </body>
    </html> `
  return page.text
}
