/**
 * Starts the real server together with the WeChat simulator, for tests under Node.js.
 *
 * @module
 */
export { APP_ID, type ServerOptions, startYaoshi, type Yaoshi, yaoshiBinary } from './server.js';
export {
  CODE_TO_SESSION,
  type Fault,
  type NewUser,
  PHONE_NUMBER,
  type PlatformCall,
  type PlatformCalls,
  Simulator,
} from './simulator.js';
