export { constants } from './sys/constants'
export { SystemError } from './sys/errors'
