/** A call that failed. `status` is the HTTP status, or 0 if no answer came. The message is for developers. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  /** After a request for several videos: the status of each video that was refused. */
  readonly refused: ReadonlyMap<string, number>;

  constructor(status: number, message: string, refused: ReadonlyMap<string, number> = new Map()) {
    super(message);
    this.status = status;
    this.refused = refused;
  }
}

/** The status of an error. It is 500 for every error that is not an answer of the API. */
export function statusOf(error: unknown): number {
  return error instanceof ApiError ? error.status : 500;
}
