/** The light build has the same API as the full build, but no types of its own. */
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
