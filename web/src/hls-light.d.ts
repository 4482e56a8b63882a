/** The light build has the API of the full one, without its types. */
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
