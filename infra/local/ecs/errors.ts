/**
 * An answer of the API that isn't 200. The SDK turns `code` into an exception's class name.
 * `detail` holds the further members of the error's shape, such as `resourceIds` of a ConflictException.
 */
export class EcsError extends Error {
  readonly code: string;
  /** HTTP status. ECS answers 400 for every fault of the client, missing things included. */
  readonly status: number;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: { status?: number; detail?: Record<string, unknown> } = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = options.status ?? 400;
    this.detail = options.detail ?? {};
  }
}

export const clientError = (message: string) => new EcsError('ClientException', message);
export const invalidParameter = (message: string) => new EcsError('InvalidParameterException', message);
export const serverError = (message: string) => new EcsError('ServerException', message, { status: 500 });
export const clusterNotFound = () => new EcsError('ClusterNotFoundException', 'Cluster not found.');
export const throttled = () => new EcsError('ThrottlingException', 'Rate exceeded');
