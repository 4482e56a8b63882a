/** True for a statement that names a table or view which the database does not have (SQLSTATE 42P01). */
export function isUndefinedTable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42P01';
}
