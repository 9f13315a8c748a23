// The report in headless Chromium, where that is installed.

import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { chromium, type Browser, type Page } from 'playwright-core'
import { foreign } from '../http/foreign'

function found(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':')
  return folders
    .map((folder) => path.join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** Debian's, or what else is here; nothing is downloaded. */
export const executablePath = ['chromium', 'chromium-browser', 'google-chrome']
  .map(found)
  .find((file) => file !== undefined)

export const where = executablePath === undefined ? ' (skipped: no Chromium here)' : ''

export function launch(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-proxy-server']
  return chromium.launch({ executablePath: executablePath ?? '', args, env: foreign })
}

// What runs in the page is text: the types of tests are Node's, not a browser's.

/** The ids of charts on which there is nothing, or no more than a frame. */
export const emptyCharts = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('canvas')].filter((canvas) => {
    if (canvas.width === 0 || canvas.height === 0) return true
    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
    const colours = new Set()
    for (let at = 0; at < pixels.length; at += 4)
      if (pixels[at + 3] === 255) colours.add(pixels[at] << 16 | pixels[at + 1] << 8 | pixels[at + 2])
    // A server's colour beside that of the words.
    return colours.size < 2
  }).map(({ id }) => id)`)

/** Text whose contrast with what is behind it is below 4.5 to 1 (WCAG 2.2, 1.4.3), and lines below 3 to 1. */
export const faint = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const numbers = (text) => text.match(/[\\d.]+/g).map(Number)
    const light = (colour) => {
      const [r, g, b] = numbers(colour).slice(0, 3).map((value) => {
        const part = value / 255
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const contrast = (a, b) => {
      const [low, high] = [light(a), light(b)].sort((x, y) => x - y)
      return (high + 0.05) / (low + 0.05)
    }
    const behind = (element) => {
      for (let at = element; at !== null; at = at.parentElement) {
        const colour = getComputedStyle(at).backgroundColor
        if ((numbers(colour)[3] ?? 1) === 1) return colour
      }
      return 'rgb(255, 255, 255)'
    }
    const faint = []
    const ownText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')
    for (const element of document.querySelectorAll('body *')) {
      if (!ownText(element) || element.closest('script, style') !== null) continue
      const ratio = contrast(getComputedStyle(element).color, behind(element))
      if (ratio < 4.5) faint.push(element.tagName + ' "' + element.textContent.slice(0, 30) + '" ' + ratio.toFixed(2))
    }
    const card = document.querySelector('section')
    const probe = card.appendChild(document.createElement('i'))
    for (const tone of ['floor', 'node', 'other', 'edgeloop', 'select', 'poll', 'level', 'edge', 'second', 'third']) {
      probe.style.color = 'var(--' + tone + ')'
      const ratio = contrast(getComputedStyle(probe).color, behind(card))
      if (ratio < 3) faint.push('line ' + tone + ' ' + ratio.toFixed(2))
    }
    probe.remove()
    return faint
  })()`)

/** By how many pixels the page is wider than its window. */
export const overhang = (page: Page): Promise<number> =>
  page.evaluate(`document.documentElement.scrollWidth - document.documentElement.clientWidth`)

/** Text that sticks out of the window, or is cut off, by its first words; what may be scrolled by itself is left out. */
export const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('body *')].filter((element) => {
    if (element.closest('.scroll, script, style') !== null) return false
    const { left, right, width } = element.getBoundingClientRect()
    return width > 0 && (left < -1 || right > innerWidth + 1)
  }).map((element) => element.tagName + ' ' + element.textContent.trim().slice(0, 30))`)
