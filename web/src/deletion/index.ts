/** Parts that other applications can use. They depend on the API, but not on the pages around them. */
export { default as ConfirmDeletion } from './ConfirmDeletion.vue';
export { default as DeleteVideoButton } from './DeleteVideoButton.vue';
export { default as DeletionSteps } from './DeletionSteps.vue';
export { default as DeletionToasts } from './DeletionToasts.vue';
export { inBatches } from './progress/inBatches.ts';
export { type DeletableVideo, isOpen, type Progress, WITH_OTHERS } from './progress/progress.ts';
export { useDeletionTexts } from './useDeletionTexts.ts';
export { useVideoDeletion, type VideoDeletionOptions } from './useVideoDeletion.ts';
