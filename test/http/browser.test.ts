// A page in headless Chromium, where it is installed: a style sheet, scripts, an image, fetch and events.

import { execFile, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { serveStatic } from '../../lib'
import { temporaryFolder } from '../sys/cleanup'
import { foreign } from './foreign'
import { serve } from './talk'

const run = promisify(execFile)
const programs = ['chromium', 'chromium-browser', 'google-chrome']
const chromium = programs.find(
  (name) => spawnSync(name, ['--version'], { env: foreign }).status === 0,
)
const where = chromium === undefined ? ' (skipped: no Chromium here)' : ''

const page = `<!doctype html>
<link rel="stylesheet" href="style.css">
<body>
<img id="image" src="image.svg">
<script type="module" src="page.mjs"></script>
`
const script = `
import { name } from './names/module%20two.mjs'
const image = document.getElementById('image')
await image.decode()
const part = await fetch('text.txt', { headers: { Range: 'bytes=1-3' } })
const posted = await fetch('/upper', { method: 'POST', body: 'grün' })
const events = new EventSource('/events')
const heard = []
await new Promise((resolve) => {
  events.onmessage = ({ data }) => heard.push(data) === 3 && resolve()
})
events.close()
document.title = JSON.stringify({
  colour: getComputedStyle(document.body).color,
  width: image.naturalWidth,
  name,
  part: [part.status, await part.text()],
  posted: await posted.text(),
  missing: (await fetch('/missing')).status,
  heard,
})
`

describe.skipIf(chromium === undefined)(`Chromium${where}`, () => {
  const at = temporaryFolder()

  it('shows a page with all that belongs to it', async () => {
    fs.mkdirSync(at('site/names'), { recursive: true })
    fs.writeFileSync(at('site/index.html'), page)
    fs.writeFileSync(at('site/page.mjs'), script)
    fs.writeFileSync(at('site/names/module two.mjs'), "export const name = 'two'")
    fs.writeFileSync(at('site/style.css'), 'body { color: rgb(1, 2, 3) }')
    fs.writeFileSync(at('site/text.txt'), 'abcdef')
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="33" height="5"/>'
    fs.writeFileSync(at('site/image.svg'), svg)
    const files = serveStatic(at('site'))
    const asked = new Set<string>()
    const { port } = serve('epoll', async (req, res) => {
      asked.add(req.path)
      if (req.path === '/upper') res.send((await req.text()).toUpperCase())
      else if (req.path === '/events') {
        res.header('Content-Type', 'text/event-stream').flushHeaders()
        // Every connection of EventSource but the last is cut off after one message: it comes back.
        const id = Number(req.header('last-event-id') ?? 0) + 1
        res.write(`retry: 1\nid: ${String(id)}\ndata: ${String(id)}\n\n`)
        if (id < 3) res.end()
      } else await files(req, res)
    })
    const { stdout } = await run(
      chromium ?? '',
      [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
        ...['--no-proxy-server', '--virtual-time-budget=10000'],
        ...[`--user-data-dir=${at('profile')}`, '--dump-dom'],
        `http://127.0.0.1:${String(port)}/`,
      ],
      { timeout: 50_000, env: foreign },
    )
    const title = /<title>(.*)<\/title>/.exec(stdout)?.[1] ?? 'null'
    expect(JSON.parse(title)).toEqual({
      colour: 'rgb(1, 2, 3)',
      width: 33,
      name: 'two',
      part: [206, 'bcd'],
      posted: 'GRÜN',
      missing: 404,
      heard: ['1', '2', '3'],
    })
    expect([...asked]).toEqual(expect.arrayContaining(['/', '/style.css', '/image.svg']))
    files.close()
  })
})
