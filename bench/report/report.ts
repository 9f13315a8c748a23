import { readFileSync } from 'node:fs'
import { readFailures, readMachine, readScenario } from '../figures/reading'
import { readSweep } from '../figures/sweep-reading'
import { isPoint, sweeps, type Sweep } from '../figures/sweeps'
import { machineFacts, sources } from '../output/sources'
import { inPackage } from '../package'
import type { Results, ScenarioResult } from '../results'
import { chartBox } from './chart-box'
import { chartsOf } from './charts'
import { figuresTable } from './figures-table'
import { html, inline, json, modules, type Html } from './html'
import { sweepChart } from './lines'
import { tiles } from './tiles'

const file = (name: string): string =>
  readFileSync(inPackage('dist', 'bench', 'report', 'assets', name), 'utf8')

const asset = (name: string): Html => inline(file(name))

/** What draws the charts, in the order in which its parts need each other. */
const script = (): Html => modules(['look.js', 'bars.js', 'line-chart.js', 'charts.js'].map(file))

const reading = (sentences: readonly string[]): Html =>
  html`<ul class="reading">
    ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
  </ul>`

/** Words of ours, in which `code` is code. */
const prose = (text: string): Html[] =>
  text
    .split('`')
    .map((part, index) => (index % 2 === 0 ? html`${part}` : html`<code>${part}</code>`))

/** With more sections than these open, nobody would find the end. */
const mostOpen = 8

/** A scenario in the words of its title; of a long run, what is not in the quick one is folded. */
function scenarioSection(result: ScenarioResult, results: Results, folded: boolean): Html {
  const { title, name, about } = result.scenario
  if (!folded)
    return html`<section id="${name}">
      <h2>${title}</h2>
      <p class="quiet lead">${prose(about)}</p>
      ${scenarioBody(result, results)}
    </section> `
  // A link to what lies inside opens it.
  return html`<section>
    <details class="fold">
      <summary>
        <h2>${title}</h2>
        <p>${readScenario(result, results)[0] ?? 'No figures.'}</p>
      </summary>
      <div id="${name}">
        <p class="quiet lead">${prose(about)}</p>
        ${scenarioBody(result, results)}
      </div>
    </details>
  </section> `
}

function scenarioBody(result: ScenarioResult, results: Results): Html {
  const charts = chartsOf(result, results)
  const [first, ...rest] = charts
  return html`<div class="charts">
      ${first === undefined ? '' : chartBox(first)}${reading([...readScenario(result, results), ...readFailures(result)])}${rest.map(chartBox)}
    </div>
    <details>
      <summary>All figures</summary>
      ${figuresTable(result)}
    </details>`
}

/** Scenarios that differ in one number: what it does to the price. */
function sweepSection(all: readonly Sweep[]): Html | string {
  if (all.length === 0) return ''
  return html`<section id="curves">
    <h2>How the price grows</h2>
    <p class="quiet lead">
      A server has to learn which of its many connections have something to say. With select and
      poll it asks the kernel about all of them, again on every call; epoll gives the kernel the
      list once, and is told of those that are ready. Each line is a server, each point a scenario
      of its own; the figures of every point are further down. Where both axes count by factors,
      what grows in proportion rises as a straight line, and what costs the same at any number is
      level.
    </p>
    ${all.map(
      (sweep, index) =>
        html`<div class="charts">
          ${chartBox(sweepChart(sweep, index))}${reading(readSweep(sweep))}
        </div>`,
    )}
  </section>`
}

/** A scenario that stands in a curve: its figures, folded. */
function pointSection(result: ScenarioResult, results: Results): Html {
  return html`<details id="${result.scenario.name}">
    <summary>${result.scenario.title}</summary>
    <p class="quiet lead">${prose(result.scenario.about)}</p>
    ${reading([...readScenario(result, results), ...readFailures(result)])} ${figuresTable(result)}
  </details> `
}

function contents(own: readonly ScenarioResult[], all: readonly Sweep[]): Html | string {
  if (own.length + all.length < 4) return ''
  const entries = [
    ...(all.length === 0 ? [] : [['curves', 'How the price grows'] as const]),
    ...own.map(({ scenario }) => [scenario.name, scenario.title] as const),
  ]
  return html`<nav>
    <details>
      <summary>Contents</summary>
      <ul>
        ${entries.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}
      </ul>
    </details>
  </nav>`
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
  const all = sweeps(results)
  const own = results.scenarios.filter((result) => !isPoint(result, all))
  const points = results.scenarios.filter((result) => isPoint(result, all))
  const charts = [...all.map(sweepChart), ...own.flatMap((result) => chartsOf(result, results))]
  const folds = own.length > mostOpen
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
          <div class="tiles">${tiles(own, results)}</div>
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
          ${contents(own, all)} ${sweepSection(all)}
          ${own.map((result) => scenarioSection(result, results, folds && !result.scenario.quick))}
          ${
            points.length === 0
              ? ''
              : html`<section>
                  <h2>The points of the curves</h2>
                  ${points.map((result) => pointSection(result, results))}
                </section>`
          }
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
          ${script()}
        </script>
      </body>
    </html> `
  return page.text
}
