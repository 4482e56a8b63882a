/** True for the error of a statement that names a missing table or view (SQLSTATE 42P01). */
export function isUndefinedTable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42P01';
}
