/** Why a program that the recorder needs could not do its work. */
export type ProcessErrorCode = 'ProgramMissing' | 'NotReady' | 'ExitedEarly' | 'BadOutput';

/** A child process failed us. `program` is its name, `cause` the system's own error where there is one. */
export class ProcessError extends Error {
  override readonly name = 'ProcessError';
  readonly code: ProcessErrorCode;
  readonly program: string;

  constructor(code: ProcessErrorCode, program: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.program = program;
  }
}
