/** What a running part of the stack says of itself. */
export interface ServiceInfo {
  /** Where it answers. */
  readonly url: string;
  /** Version of the software that answers. */
  readonly version: string;
}

/** What a service tells the process that started it, over the IPC channel: one of these, once. */
export type ServiceMessage =
  | { readonly type: 'ready'; readonly info: ServiceInfo }
  /** It cannot start; `message` is one line for the user. */
  | { readonly type: 'failed'; readonly message: string };

/** Whether an IPC message is one of ours. */
export function isServiceMessage(message: unknown): message is ServiceMessage {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false;
  return message.type === 'ready' || message.type === 'failed';
}
