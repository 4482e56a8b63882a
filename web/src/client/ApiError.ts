/** A call that did not succeed. `status` is HTTP's, or 0 when there was no answer. The message is for developers. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  /** For several videos at once: the status of each that was refused. */
  readonly refused: ReadonlyMap<string, number>;

  constructor(status: number, message: string, refused: ReadonlyMap<string, number> = new Map()) {
    super(message);
    this.status = status;
    this.refused = refused;
  }
}

/** The status of whatever was thrown; 500 for what is no answer of the API. */
export function statusOf(error: unknown): number {
  return error instanceof ApiError ? error.status : 500;
}
