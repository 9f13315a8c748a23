// `edgeloop bench compare` as it is typed: files, options, exit codes.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, describe, expect, it } from 'vitest'
import { compareCommand } from '../../bench/compare/command'
import { FileError } from '../../bench/compare/read'
import { UsageError } from '../../bench/options'
import { inPackage } from '../../bench/package'
import { result, results, row } from './made-up'

const folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-compare-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function file(name: string, content: unknown): string {
  const full = path.join(folder, name)
  writeFileSync(full, typeof content === 'string' ? content : JSON.stringify(content))
  return full
}

const run = (name: string, poll: number, http: number) =>
  file(
    name,
    results(
      result({}, row('floor', 5, 5), row('poll', poll, poll + 0.1), row('select', 7, 7.1)),
      result({ name: 'http' }, row('floor', 5, 5), row('poll', http, http)),
    ),
  )
const [old, slow, fast] = [run('old.json', 6, 8), run('slow.json', 8, 8), run('fast.json', 6, 6)]

function compare(...words: string[]): { code: number; text: string } {
  let text = ''
  const code = compareCommand(words, (part) => {
    text += part
  })
  return { code, text }
}

describe('bench compare', () => {
  it('ends with 1, and tells what, when something is slower', () => {
    const { code, text } = compare(old, slow)
    expect(code).toBe(1)
    expect(text).toMatch(/^Slower\n {2}echo +poll +CPU × floor +1\.21 +→ +1\.61 +\+33%/m)
    expect(text).toContain('3 figures compared: 1 slower, 0 faster, 2 the same')
    expect(text).toContain(`old  ${old}: 2026-01-02 03:04 UTC, 3 rounds of 0.5 s`)
  })

  it('ends with 0 when something is faster, and when nothing has changed', () => {
    const faster = compare(old, fast)
    expect(faster.code).toBe(0)
    expect(faster.text).toMatch(/^Faster\n {2}http +poll +CPU × floor +1\.60 +→ +1\.20 +-25%/m)
    const same = compare(old, old)
    expect(same.code).toBe(0)
    expect(same.text).not.toMatch(/^(Slower|Faster|Beware|Not compared)/m)
  })

  it('ends with 1 when a server fails that did not', () => {
    const broken = file('broken.json', results(result({}, row('poll', 'closed'))))
    const { code, text } = compare(old, broken)
    expect(code).toBe(1)
    expect(text).toContain('Fails now\n  echo, poll: closed')
  })

  it('looks only at the scenarios and servers, and changes, that are asked for', () => {
    expect(compare(old, slow, '--scenario', 'http').code).toBe(0)
    expect(compare(old, slow, '--server', 'select, floor').code).toBe(0)
    expect(compare(old, slow, '--scenario', 'echo', '--server', 'poll').code).toBe(1)
    expect(compare(old, slow, '--least', '50').code).toBe(0)
    expect(compare(old, slow, '--least', '20').code).toBe(1)
  })

  it('has help', () => {
    expect(compare('--help')).toMatchObject({ code: 0 })
    expect(compare('--help').text).toContain('Exit code 1 if anything is slower')
  })

  it.each([
    [[], 'takes two files, OLD.json and NEW.json, not 0'],
    [[old], 'not 1'],
    [[old, old, old], 'not 3'],
    [[old, old, '--fast'], "Unknown option '--fast'"],
    [[old, old, '--least', 'much'], "--least must be a percentage from 0 to 1000, not 'much'"],
    [[old, old, '--least', '-1'], '--least'],
    [[old, old, '--least='], '--least'],
    [[old, old, '--least', 'NaN'], 'NaN'],
    [[old, old, '--scenario', 'udp'], "'udp' is in neither file (there are echo, http)"],
    [[old, old, '--server', ''], "'' is in neither file (there are floor, poll, select)"],
  ])('refuses %j', (words, message) => {
    expect(() => compare(...words)).toThrow(UsageError)
    expect(() => compare(...words)).toThrow(message)
  })

  it.each([
    ['nothing there', path.join(folder, 'none.json'), 'there is no file'],
    ['a folder', folder, "can't be read (EISDIR)"],
    ['half a file', file('half.json', '{"format": 2, "scen'), 'is not JSON'],
    ['other JSON', file('other.json', { name: 'edgeloop' }), 'not what `edgeloop bench` writes'],
    ['no object', file('null.json', 'null'), 'not what `edgeloop bench` writes'],
    [
      'another format',
      file('old-format.json', { format: 1 }),
      'has format 1, this edgeloop reads 2',
    ],
    ['a damaged one', file('damaged.json', { format: 2, scenarios: [{}] }), 'is damaged'],
  ])('refuses a file that is %s', (_, name, message) => {
    for (const words of [
      [name, old],
      [old, name],
    ]) {
      expect(() => compare(...words)).toThrow(FileError)
      expect(() => compare(...words)).toThrow(message)
    }
  })

  it('refuses two files that have nothing in common', () => {
    const other = file('churn.json', results(result({ name: 'churn' }, row('poll', 5, 5))))
    expect(() => compare(old, other)).toThrow(UsageError)
    expect(() => compare(old, other)).toThrow(
      'nothing to compare: echo: only in the old file (and 2 more like it)',
    )
  })

  it('is reached through the command line, with its exit codes', () => {
    const program = inPackage('dist', 'cli', 'main.js')
    const start = (...words: string[]) =>
      spawnSync(process.execPath, [program, 'bench', 'compare', ...words], { encoding: 'utf8' })
    expect(start(old, slow)).toMatchObject({ status: 1, stderr: '' })
    expect(start(old, fast)).toMatchObject({ status: 0, stderr: '' })
    expect(start(old)).toMatchObject({ status: 2, stdout: '' })
    expect(start(old, 'none.json').stderr).toBe("edgeloop bench: there is no file 'none.json'\n")
    expect(start(old, 'none.json').status).toBe(2)
  })
})
