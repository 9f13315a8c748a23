import { record } from '../contestants/programs/record'

const agent = 'edgeloop-load/1.0 (api client)'
const language = 'en-GB,en;q=0.8'
const request = '7f3a9c52-0d1e-4b8a-9c77-5e2f60aa41d3'

/** Of a request to an API. */
export const apiHeaders: readonly string[] = [
  `User-Agent: ${agent}`,
  'Accept: application/json',
  `Accept-Language: ${language}`,
  `X-Request-Id: ${request}`,
]

/** What every server must answer it with: the same fields in the same order. */
export const headersAnswer = JSON.stringify(record(agent, language, request))

/** Seven that a browser sends; `Host` is the eighth. Some 600 bytes with it. */
export const browserHeaders: readonly string[] = [
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'Accept-Encoding: gzip, deflate, br, zstd',
  'Accept-Language: en-GB,en-US;q=0.9,en;q=0.8,de;q=0.7',
  'Referer: http://127.0.0.1/articles/2024/05/why-readiness-matters',
  'Cookie: session=b2f1c7d09e8a4c55a0c1f3b7d6e49a21; theme=dark; consent=1; _first=GA1.1.184467.1716900000',
  'Cache-Control: max-age=0',
]
