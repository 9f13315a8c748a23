/** What `http-headers` is answered with: ten fields, three of them from the request's headers. */
export function record(agent: string, language: string, request: string) {
  return {
    id: 40_961,
    name: 'Ada Lovelace',
    email: 'ada@example.org',
    active: true,
    score: 98.5,
    tags: ['analyst', 'poet', 'engineer'],
    joined: '2024-05-01T12:00:00.000Z',
    agent,
    language,
    request,
  }
}
