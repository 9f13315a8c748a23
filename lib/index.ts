export { SystemError } from './sys/errors'
