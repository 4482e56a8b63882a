/** An error in the form of the AWS service, so that the SDK throws it with this `code`. */
export class AwsFault extends Error {
  override name = 'AwsFault';
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
