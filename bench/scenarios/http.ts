import { usual, type Scenario } from './scenario'

/** Requests of HTTP/1.1. */
export const http: readonly Scenario[] = [
  {
    ...usual,
    name: 'http',
    title: 'HTTP keep-alive, 64 connections',
    about: 'GET / answered with 13 bytes of text, one request at a time on each connection.',
    job: 'http',
    unit: 'request',
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
  },
]
