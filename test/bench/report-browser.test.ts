// The report as one sees it. EDGELOOP_SCREENSHOTS=FOLDER keeps what was seen.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { report } from '../../bench/report/report'
import { cutOff, emptyCharts, executablePath, faint, launch, overhang, where } from './browser'
import { result, results, row } from './made-up'
import { wholeRun } from './made-up-run'

const looks = [
  ['a large window', { width: 1280, height: 900 }, 'light'],
  ['a large window in the dark', { width: 1280, height: 900 }, 'dark'],
  ['a phone', { width: 360, height: 740 }, 'light'],
  ['a phone in the dark', { width: 360, height: 740 }, 'dark'],
] as const

describe.skipIf(executablePath === undefined)(`the report in Chromium${where}`, () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-report-'))
  const file = path.join(folder, 'report.html')
  let browser: Browser
  beforeAll(async () => {
    writeFileSync(file, report(wholeRun()))
    browser = await launch()
  })
  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  })

  describe.each(looks)('on %s', (name, viewport, colorScheme) => {
    let page: Page
    const complaints: string[] = []
    const asked: string[] = []
    beforeAll(async () => {
      page = await browser.newPage({ viewport, colorScheme, deviceScaleFactor: 1 })
      page.on('console', (message) => complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('request', (request) => asked.push(request.url()))
      await page.goto(pathToFileURL(file).href)
      await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`)
      await page.waitForFunction('document.documentElement.dataset.charts !== undefined')
      const shots = process.env['EDGELOOP_SCREENSHOTS']
      if (shots !== undefined) {
        const image = `${name.replaceAll(' ', '-')}.png`
        await page.screenshot({ path: path.join(shots, image), fullPage: true })
      }
    })
    afterAll(() => page.close())

    it('has nothing to complain of, and asks for nothing', () => {
      expect(complaints).toEqual([])
      expect(asked).toEqual([pathToFileURL(file).href])
    })

    it('draws every chart', async () => {
      const drawn: number = await page.evaluate('Number(document.documentElement.dataset.charts)')
      expect(await page.locator('canvas').count()).toBe(drawn)
      expect(drawn).toBeGreaterThan(10)
      expect(await emptyCharts(page)).toEqual([])
    })

    it('needs no scrolling to the side', async () => {
      expect(await overhang(page)).toBe(0)
      expect(await cutOff(page)).toEqual([])
    })

    it('can be read', async () => {
      expect(await faint(page)).toEqual([])
    })
  })

  it('changes its colours when the light goes', async () => {
    const page = await browser.newPage({ colorScheme: 'light' })
    await page.goto(pathToFileURL(file).href)
    const shot = () => page.locator('#sweep-1').screenshot()
    const light = await shot()
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(Buffer.compare(light, await shot())).not.toBe(0)
    expect(await emptyCharts(page)).toEqual([])
    await page.close()
  })

  it('folds what a long run has beyond a quick one, and opens it for whoever comes by a link', async () => {
    const page = await browser.newPage()
    const like = (name: string, quick: boolean) =>
      result({ name, quick, size: name.length }, row('floor', 5, 5), row('poll', 6, 6))
    const names = Array.from({ length: 9 }, (_, index) => 'long'.padEnd(5 + index, '-'))
    const long = path.join(folder, 'long.html')
    writeFileSync(
      long,
      report(results(like('quick', true), ...names.map((name) => like(name, false)))),
    )
    await page.goto(pathToFileURL(long).href)
    expect(await page.locator('#quick-cpu').isVisible()).toBe(true)
    expect(await page.locator('#long--cpu').isVisible()).toBe(false)
    await page.goto(`${pathToFileURL(long).href}#long-`)
    await page.waitForFunction(`document.getElementById('long--cpu').width > 0`)
    expect(await page.locator('#long--cpu').isVisible()).toBe(true)
    expect(await page.locator('#long---cpu').isVisible()).toBe(false)
    await page.close()
  })

  it('labels an axis only where there is room', () => {
    const of = (total: number) =>
      result({ name: String(total), connections: total }, row('floor', 5, 5))
    const html = report(results(...[1, 10, 64, 100, 1000, 10_000, 15_000].map(of)))
    const charts = JSON.parse(
      /<script id="charts" type="application\/json">\s*(.*?)\s*<\/script>/s.exec(html)?.[1] ?? '[]',
    ) as { ticks?: { label: string }[] }[]
    expect(charts[0]?.ticks?.map(({ label }) => label)).toEqual([
      ...['1', '10', '', '100', '1,000', '', '15,000'],
    ])
  })

  it('leads from its contents to every part', async () => {
    const page = await browser.newPage()
    await page.goto(pathToFileURL(file).href)
    const broken: string[] = await page.evaluate(
      `[...document.querySelectorAll('a')].map((a) => a.getAttribute('href')).filter((href) => document.querySelector(href) === null)`,
    )
    expect(broken).toEqual([])
    expect(await page.locator('nav li').count()).toBeGreaterThan(3)
    await page.close()
  })
})
