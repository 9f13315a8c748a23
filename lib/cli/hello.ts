import type { HttpHandler, HttpResponse } from '../index'

function greet(response: HttpResponse): void {
  response.header('Content-Type', 'text/plain').send('Hello, World!')
}

/** Answers every path; what carries a body is answered once it has been read. */
export const hello: HttpHandler = (request, response) => {
  if (request.method === 'GET' || request.method === 'HEAD') {
    greet(response)
    return undefined
  }
  return request.bytes().then(() => {
    greet(response)
  })
}
