/**
 * The real server and the WeChat simulator beside it, for tests that run under Node.
 *
 * @module
 */
export { APP_ID, type ServerOptions, startYaoshi, type Yaoshi } from './server.js';
export {
  CODE_TO_SESSION,
  type Fault,
  type NewUser,
  type PlatformCall,
  type PlatformCalls,
  Simulator,
} from './simulator.js';
