import { apiHeaders, browserHeaders, headersAnswer } from './headers'
import { hosted, usual, type Scenario } from './scenario'

/** Requests of HTTP/1.1. */
export const http: readonly Scenario[] = [
  {
    ...usual,
    name: 'http',
    title: 'HTTP keep-alive, 64 connections',
    about: 'GET / answered with 13 bytes of text, one request at a time on each connection.',
    job: 'http',
    unit: 'request',
    guests: hosted,
  },
  {
    ...usual,
    name: 'http-pipelined',
    title: 'HTTP pipelined, 16 requests at a time, 64 connections',
    about:
      'The kernel’s share is spread over 16 requests, so what is left is mostly the server’s own work.',
    job: 'http',
    unit: 'request',
    pipeline: 16,
  },
  {
    ...usual,
    name: 'http-rate',
    title: 'HTTP at a fixed 5,000 requests/s, 64 connections',
    about:
      'Far below capacity, as most servers live. Latency counts from the moment a request was due, whether or not it could be sent: a server that stalls pays for every request that waited.',
    job: 'http',
    unit: 'request',
    rate: 5000,
    guests: hosted,
  },
  {
    ...usual,
    name: 'http-rate-20k',
    title: 'HTTP at a fixed 20,000 requests/s, 64 connections',
    about:
      'Four times as many: a busy server, still with time to sleep. What is dear shows here first, as a queue.',
    job: 'http',
    unit: 'request',
    quick: false,
    rate: 20_000,
    guests: hosted,
  },
  {
    ...usual,
    name: 'http-headers',
    title: 'HTTP, three headers read, JSON of ten fields, 64 connections',
    about:
      'As an API has it: the handler reads three of five headers and answers an object, which the server makes into JSON of some 250 bytes. The floor sends the same bytes and reads nothing.',
    job: 'http-headers',
    unit: 'request',
    quick: false,
    asking: { headers: apiHeaders, answer: headersAnswer },
  },
  {
    ...usual,
    name: 'http-browser',
    title: 'HTTP as a browser asks, 8 headers, 600 bytes, 64 connections',
    about:
      'The same answer of 13 bytes; what is longer is the head that has to be read and checked.',
    job: 'http',
    unit: 'request',
    quick: false,
    asking: { headers: browserHeaders },
  },
  {
    ...usual,
    name: 'http-async',
    title: 'HTTP, async handler, 64 connections',
    about:
      'The handler awaits a promise that is resolved already, then answers 13 bytes: what an `await` costs on the way.',
    job: 'http-async',
    unit: 'request',
    quick: false,
  },
  {
    ...usual,
    name: 'http-connection',
    title: 'HTTP, a connection for each request, 64 connections at a time',
    about:
      'Each request says `Connection: close`; the server answers and ends the connection: accepting, registering and closing beside the one answer.',
    job: 'http-close',
    unit: 'request',
    kind: 'churn',
    quick: false,
  },
  {
    ...usual,
    name: 'http-file-100k',
    title: 'HTTP, a file of 100 KiB, 64 connections',
    about:
      'A file that lies in the page cache, every byte of it compared. edgeloop and nginx hand it over inside the kernel, with sendfile(2).',
    job: 'http-file-100k',
    unit: 'request',
    quick: false,
  },
  {
    ...usual,
    name: 'http-file-10m',
    title: 'HTTP, a file of 10 MiB, 8 connections',
    about:
      'The same with a file so large that heads and handlers no longer count: what is left is the price of a byte. Clients can have 400 KiB waiting, as over a network, and never the whole file.',
    job: 'http-file-10m',
    unit: 'request',
    quick: false,
    connections: 8,
    receiveBuffer: 400 * 1024,
  },
]
