import { usual, type Scenario } from './scenario'

/** A connection for each message. */
export const churn: readonly Scenario[] = [
  {
    ...usual,
    name: 'churn',
    title: 'Connect, one round trip of 64 bytes, close, 64 connections at a time',
    about:
      'A connection for every message, ended in an orderly way by the client first: accepting, registering and closing beside the one message.',
    job: 'echo',
    unit: 'connection',
    kind: 'churn',
    quick: false,
  },
]
