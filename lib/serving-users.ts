/** The roles with which the functions log in: one that deletes, and one that reads and hides. */
export const SERVING_USERS = { deleting: 'video_deletion', reading: 'video_deletion_reader' } as const;
