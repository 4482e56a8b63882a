/** The parts to take away: they know the API and nothing of the pages around them. */
export { default as ConfirmDeletion } from './ConfirmDeletion.vue';
export { default as DeleteVideoButton } from './DeleteVideoButton.vue';
export { default as DeletionSteps } from './DeletionSteps.vue';
export { default as DeletionToasts } from './DeletionToasts.vue';
export { isOpen, type Progress } from './progress.ts';
export { useDeletionTexts } from './useDeletionTexts.ts';
export { type DeletableVideo, useVideoDeletion, type VideoDeletionOptions, WITH_OTHERS } from './useVideoDeletion.ts';
