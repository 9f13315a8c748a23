// C++ and JavaScript share memory without a call: what its numbers mean is written down on both sides.

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Flag } from '../../lib/http/heads'
import { HttpKind } from '../../lib/http/records'
import { AdoptFlag, DatagramAdoptFlag } from '../../lib/net/adopt-flags'
import { Command } from '../../lib/net/commands'
import {
  DatagramCommand,
  DatagramKind,
  DatagramState,
  SlotFlag,
} from '../../lib/net/datagram-layout'
import { Kind, State } from '../../lib/reactor/records'

const root = path.resolve(__dirname, '../..')

/** Bases that the numbers of other files are counted from. */
const bases: Record<string, number> = {}

/** The members of an enum in a header, in their order. */
function members(file: string, name: string): Record<string, number> {
  const text = readFileSync(path.join(root, 'native', file), 'utf8')
  const body = new RegExp(`enum ${name}\\b[^{]*\\{([^}]*)\\}`).exec(text)?.[1]
  if (body === undefined) throw new Error(`${file} has no enum ${name}`)
  const found: Record<string, number> = {}
  const entry = /^\s*(k\w+) =\s+(?:1 << (\d+)|(?:(\d+)|(k\w+))(?: \+ (\d+))?),/gm
  for (const [, member = '', shift, number, base, more = '0'] of body.matchAll(entry)) {
    const from = base === undefined ? Number(number) : (bases[base] ?? Number.NaN)
    found[member] = shift === undefined ? from + Number(more) : 2 ** Number(shift)
  }
  expect(Object.keys(found), 'every line was understood').toHaveLength(
    body.match(/^\s*k\w+ =/gm)?.length ?? 0,
  )
  return found
}

const turner = members('reactor/turner.h', 'RecordKind')
// No records, but where those of other floors begin.
const { kDecodedKinds = Number.NaN, kDatagramKinds = Number.NaN, ...records } = turner
Object.assign(bases, { kDecodedKinds, kDatagramKinds })

/** Members by JavaScript's names: without the `k`, and without what C++ needs to tell them apart. */
function named(found: Record<string, number>, names: Record<string, string> = {}): object {
  const rename = ([member, value]: [string, number]): [string, number] => [
    names[member] ?? member.slice(1),
    value,
  ]
  return Object.fromEntries(Object.entries(found).map(rename))
}

/** Without the last member, which says how much room there is. */
function sized(found: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(found).filter(([member]) => !member.endsWith('Size')))
}

const datagramRecords = members('datagram/layout.h', 'DatagramRecord')
const httpRecords = members('http/decoder.h', 'HttpRecordKind')

describe('the numbers of both sides', () => {
  it('are the same for records', () => {
    expect(named(records, { kHandlesCame: 'Handles' })).toEqual(Kind)
    expect(named(httpRecords, { kRequestRefused: 'Refused' })).toEqual(HttpKind)
    expect(
      named(datagramRecords, {
        kDatagramOpen: 'Open',
        kDatagramDrain: 'Drain',
        kDatagramError: 'Error',
        kDatagramClose: 'Close',
      }),
    ).toEqual(DatagramKind)
  })

  it('are those of one kind of record each', () => {
    const all = [records, httpRecords, datagramRecords].flatMap((kinds) => Object.values(kinds))
    expect(all.length).toBeGreaterThan(20)
    expect(new Set(all).size).toBe(all.length)
  })

  it('are the same for commands, and those of one command each', () => {
    const commands = members('stream/streams.h', 'CommandKind')
    expect(named(commands, { kEndSending: 'End' })).toEqual(Command)
    expect(new Set(Object.values(commands)).size).toBe(Object.keys(commands).length)
    expect(named(members('datagram/layout.h', 'DatagramCommandKind'))).toEqual(DatagramCommand)
  })

  it('are the same for what a socket is handed over with', () => {
    const given = (file: string, name: string, first: string): Record<string, number> => {
      const flags = members(file, name)
      const bits = Object.values(flags)
      expect(new Set(bits).size).toBe(bits.length)
      const isGiven = ([, bit]: [string, number]): boolean => bit < (flags[first] ?? 0)
      return Object.fromEntries(Object.entries(flags).filter(isGiven))
    }
    expect(named(given('stream/socket.h', 'SocketFlag', 'kLive'))).toEqual(AdoptFlag)
    const ofDatagrams = given('datagram/socket.h', 'DatagramFlag', 'kDatagramLive')
    expect(named(ofDatagrams, { kDatagramEdge: 'Edge' })).toEqual(DatagramAdoptFlag)
  })

  it('are the same for the states', () => {
    expect(named(sized(members('reactor/turner.h', 'StateIndex')))).toEqual(State)
    const states = sized(members('datagram/layout.h', 'DatagramStateIndex'))
    const names = { kQueuedCommands: 'Commands', kBlockedSockets: 'Blocked' }
    expect(named(states, names)).toEqual(DatagramState)
  })

  it('are the same for the flags of a datagram and of a head', () => {
    expect(named(members('datagram/layout.h', 'DatagramSlotFlag'))).toEqual(SlotFlag)
    expect(named(members('http/head.h', 'HeadFlag'))).toEqual(Flag)
  })
})
