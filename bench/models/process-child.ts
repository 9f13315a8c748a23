import { echoUntilEnd } from './blocking'

/** The connection, as the parent passes it. */
echoUntilEnd(3)
