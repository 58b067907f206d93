export type { ServiceInfo, ServiceMessage } from './messages.ts';
export { type ListenAddress, type RunningService, type ServeServiceOptions, serveService } from './serve-service.ts';
export { type Environment, listSetting, portSetting, requiredSetting, ServiceSettingError } from './settings.ts';
export {
  type Service,
  type ServiceExit,
  ServiceStartError,
  type StartServiceOptions,
  startService,
} from './start-service.ts';
