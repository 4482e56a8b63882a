/** Parts that other applications can use. They depend on the API, but not on the pages around them. */
export { afterDialog, useLostFocus } from './afterDialog.ts';
export { default as ConfirmDeletion } from './ConfirmDeletion.vue';
export { default as DeleteVideoButton } from './DeleteVideoButton.vue';
export { default as DeletionMessage } from './DeletionMessage.vue';
export { default as DeletionSteps } from './DeletionSteps.vue';
export { formatDuration } from './formatDuration.ts';
export { default as IconGlyph } from './IconGlyph.vue';
export { inBatches } from './progress/inBatches.ts';
export { type DeletableVideo, isOpen, type Progress, WITH_OTHERS } from './progress/progress.ts';
export { default as StepSegments } from './progress/StepSegments.vue';
export { useDeletionTexts } from './useDeletionTexts.ts';
export { useVideoDeletion, type VideoDeletionOptions } from './useVideoDeletion.ts';
export { default as VideoPicture } from './VideoPicture.vue';
