/** The storage that `MEDIA_STORAGE_PATH` is, and that of all recordings that say nothing else. */
export const localStorageName = 'local';
