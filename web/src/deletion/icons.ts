/**
 * Icons of Lucide (lucide.dev, ISC licence), as the elements of an SVG of 24 by 24. A part that is copied into another
 * application brings its icons along.
 */
export const ICONS = {
  'arrow-left': [
    { tag: 'path', d: 'm12 19-7-7 7-7' },
    { tag: 'path', d: 'M19 12H5' },
  ],
  'chart-column': [
    { tag: 'path', d: 'M3 3v16a2 2 0 0 0 2 2h16' },
    { tag: 'path', d: 'M18 17V9' },
    { tag: 'path', d: 'M13 17V5' },
    { tag: 'path', d: 'M8 17v-3' },
  ],
  check: [{ tag: 'path', d: 'M20 6 9 17l-5-5' }],
  'chevron-down': [{ tag: 'path', d: 'm6 9 6 6 6-6' }],
  'chevron-right': [{ tag: 'path', d: 'm9 18 6-6-6-6' }],
  circle: [{ tag: 'circle', cx: '12', cy: '12', r: '10' }],
  'circle-alert': [
    { tag: 'circle', cx: '12', cy: '12', r: '10' },
    { tag: 'line', x1: '12', x2: '12', y1: '8', y2: '12' },
    { tag: 'line', x1: '12', x2: '12.01', y1: '16', y2: '16' },
  ],
  'circle-check-big': [
    { tag: 'path', d: 'M21.801 10A10 10 0 1 1 17 3.335' },
    { tag: 'path', d: 'm9 11 3 3L22 4' },
  ],
  'circle-x': [
    { tag: 'circle', cx: '12', cy: '12', r: '10' },
    { tag: 'path', d: 'm15 9-6 6' },
    { tag: 'path', d: 'm9 9 6 6' },
  ],
  'clock-alert': [
    { tag: 'path', d: 'M12 6v6l4 2' },
    { tag: 'path', d: 'M20 12v5' },
    { tag: 'path', d: 'M20 21h.01' },
    { tag: 'path', d: 'M21.25 8.2A10 10 0 1 0 16 21.16' },
  ],
  'cloud-off': [
    { tag: 'path', d: 'M10.94 5.274A7 7 0 0 1 15.71 10h1.79a4.5 4.5 0 0 1 4.222 6.057' },
    { tag: 'path', d: 'M18.796 18.81A4.5 4.5 0 0 1 17.5 19H9A7 7 0 0 1 5.79 5.78' },
    { tag: 'path', d: 'm2 2 20 20' },
  ],
  copy: [
    { tag: 'rect', width: '14', height: '14', x: '8', y: '8', rx: '2', ry: '2' },
    { tag: 'path', d: 'M4 16c-1.1 0-2-.9-2-2V4c0-1.1.9-2 2-2h10c1.1 0 2 .9 2 2' },
  ],
  database: [
    { tag: 'ellipse', cx: '12', cy: '5', rx: '9', ry: '3' },
    { tag: 'path', d: 'M3 5V19A9 3 0 0 0 21 19V5' },
    { tag: 'path', d: 'M3 12A9 3 0 0 0 21 12' },
  ],
  download: [
    { tag: 'path', d: 'M12 15V3' },
    { tag: 'path', d: 'M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4' },
    { tag: 'path', d: 'm7 10 5 5 5-5' },
  ],
  'external-link': [
    { tag: 'path', d: 'M15 3h6v6' },
    { tag: 'path', d: 'M10 14 21 3' },
    { tag: 'path', d: 'M18 13v6a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h6' },
  ],
  'eye-off': [
    {
      tag: 'path',
      d: 'M10.733 5.076a10.744 10.744 0 0 1 11.205 6.575 1 1 0 0 1 0 .696 10.747 10.747 0 0 1-1.444 2.49',
    },
    { tag: 'path', d: 'M14.084 14.158a3 3 0 0 1-4.242-4.242' },
    { tag: 'path', d: 'M17.479 17.499a10.75 10.75 0 0 1-15.417-5.151 1 1 0 0 1 0-.696 10.75 10.75 0 0 1 4.446-5.143' },
    { tag: 'path', d: 'm2 2 20 20' },
  ],
  film: [
    { tag: 'rect', width: '18', height: '18', x: '3', y: '3', rx: '2' },
    { tag: 'path', d: 'M7 3v18' },
    { tag: 'path', d: 'M3 7.5h4' },
    { tag: 'path', d: 'M3 12h18' },
    { tag: 'path', d: 'M3 16.5h4' },
    { tag: 'path', d: 'M17 3v18' },
    { tag: 'path', d: 'M17 7.5h4' },
    { tag: 'path', d: 'M17 16.5h4' },
  ],
  globe: [
    { tag: 'circle', cx: '12', cy: '12', r: '10' },
    { tag: 'path', d: 'M12 2a14.5 14.5 0 0 0 0 20 14.5 14.5 0 0 0 0-20' },
    { tag: 'path', d: 'M2 12h20' },
  ],
  hourglass: [
    { tag: 'path', d: 'M5 22h14' },
    { tag: 'path', d: 'M5 2h14' },
    { tag: 'path', d: 'M17 22v-4.172a2 2 0 0 0-.586-1.414L12 12l-4.414 4.414A2 2 0 0 0 7 17.828V22' },
    { tag: 'path', d: 'M7 2v4.172a2 2 0 0 0 .586 1.414L12 12l4.414-4.414A2 2 0 0 0 17 6.172V2' },
  ],
  layers: [
    {
      tag: 'path',
      d: 'M12.83 2.18a2 2 0 0 0-1.66 0L2.6 6.08a1 1 0 0 0 0 1.83l8.58 3.91a2 2 0 0 0 1.66 0l8.58-3.9a1 1 0 0 0 0-1.83z',
    },
    { tag: 'path', d: 'M2 12a1 1 0 0 0 .58.91l8.6 3.91a2 2 0 0 0 1.65 0l8.58-3.9A1 1 0 0 0 22 12' },
    { tag: 'path', d: 'M2 17a1 1 0 0 0 .58.91l8.6 3.91a2 2 0 0 0 1.65 0l8.58-3.9A1 1 0 0 0 22 17' },
  ],
  link: [
    { tag: 'path', d: 'M10 13a5 5 0 0 0 7.54.54l3-3a5 5 0 0 0-7.07-7.07l-1.72 1.71' },
    { tag: 'path', d: 'M14 11a5 5 0 0 0-7.54-.54l-3 3a5 5 0 0 0 7.07 7.07l1.71-1.71' },
  ],
  'loader-circle': [{ tag: 'path', d: 'M21 12a9 9 0 1 1-6.219-8.56' }],
  lock: [
    { tag: 'rect', width: '18', height: '11', x: '3', y: '11', rx: '2', ry: '2' },
    { tag: 'path', d: 'M7 11V7a5 5 0 0 1 10 0v4' },
  ],
  'lock-open': [
    { tag: 'rect', width: '18', height: '11', x: '3', y: '11', rx: '2', ry: '2' },
    { tag: 'path', d: 'M7 11V7a5 5 0 0 1 9.9-1' },
  ],
  'log-out': [
    { tag: 'path', d: 'm16 17 5-5-5-5' },
    { tag: 'path', d: 'M21 12H9' },
    { tag: 'path', d: 'M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4' },
  ],
  play: [{ tag: 'path', d: 'M5 5a2 2 0 0 1 3.008-1.728l11.997 6.998a2 2 0 0 1 .003 3.458l-12 7A2 2 0 0 1 5 19z' }],
  'receipt-text': [
    { tag: 'path', d: 'M13 16H8' },
    { tag: 'path', d: 'M14 8H8' },
    { tag: 'path', d: 'M16 12H8' },
    {
      tag: 'path',
      d: 'M4 3a1 1 0 0 1 1-1 1.3 1.3 0 0 1 .7.2l.933.6a1.3 1.3 0 0 0 1.4 0l.934-.6a1.3 1.3 0 0 1 1.4 0l.933.6a1.3 1.3 0 0 0 1.4 0l.933-.6a1.3 1.3 0 0 1 1.4 0l.934.6a1.3 1.3 0 0 0 1.4 0l.933-.6A1.3 1.3 0 0 1 19 2a1 1 0 0 1 1 1v18a1 1 0 0 1-1 1 1.3 1.3 0 0 1-.7-.2l-.933-.6a1.3 1.3 0 0 0-1.4 0l-.934.6a1.3 1.3 0 0 1-1.4 0l-.933-.6a1.3 1.3 0 0 0-1.4 0l-.933.6a1.3 1.3 0 0 1-1.4 0l-.934-.6a1.3 1.3 0 0 0-1.4 0l-.933.6a1.3 1.3 0 0 1-.7.2 1 1 0 0 1-1-1z',
    },
  ],
  'refresh-cw': [
    { tag: 'path', d: 'M3 12a9 9 0 0 1 9-9 9.75 9.75 0 0 1 6.74 2.74L21 8' },
    { tag: 'path', d: 'M21 3v5h-5' },
    { tag: 'path', d: 'M21 12a9 9 0 0 1-9 9 9.75 9.75 0 0 1-6.74-2.74L3 16' },
    { tag: 'path', d: 'M8 16H3v5' },
  ],
  'rotate-ccw': [
    { tag: 'path', d: 'M3 12a9 9 0 1 0 9-9 9.75 9.75 0 0 0-6.74 2.74L3 8' },
    { tag: 'path', d: 'M3 3v5h5' },
  ],
  'rotate-cw': [
    { tag: 'path', d: 'M21 12a9 9 0 1 1-9-9c2.52 0 4.93 1 6.74 2.74L21 8' },
    { tag: 'path', d: 'M21 3v5h-5' },
  ],
  search: [
    { tag: 'path', d: 'm21 21-4.34-4.34' },
    { tag: 'circle', cx: '11', cy: '11', r: '8' },
  ],
  'search-check': [
    { tag: 'path', d: 'm8 11 2 2 4-4' },
    { tag: 'circle', cx: '11', cy: '11', r: '8' },
    { tag: 'path', d: 'm21 21-4.3-4.3' },
  ],
  'shield-check': [
    {
      tag: 'path',
      d: 'M20 13c0 5-3.5 7.5-7.66 8.95a1 1 0 0 1-.67-.01C7.5 20.5 4 18 4 13V6a1 1 0 0 1 1-1c2 0 4.5-1.2 6.24-2.72a1.17 1.17 0 0 1 1.52 0C14.51 3.81 17 5 19 5a1 1 0 0 1 1 1z',
    },
    { tag: 'path', d: 'm9 12 2 2 4-4' },
  ],
  timer: [
    { tag: 'line', x1: '10', x2: '14', y1: '2', y2: '2' },
    { tag: 'line', x1: '12', x2: '15', y1: '14', y2: '11' },
    { tag: 'circle', cx: '12', cy: '14', r: '8' },
  ],
  'trash-2': [
    { tag: 'path', d: 'M10 11v6' },
    { tag: 'path', d: 'M14 11v6' },
    { tag: 'path', d: 'M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6' },
    { tag: 'path', d: 'M3 6h18' },
    { tag: 'path', d: 'M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2' },
  ],
  'triangle-alert': [
    { tag: 'path', d: 'm21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3' },
    { tag: 'path', d: 'M12 9v4' },
    { tag: 'path', d: 'M12 17h.01' },
  ],
  'user-x': [
    { tag: 'path', d: 'M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2' },
    { tag: 'circle', cx: '9', cy: '7', r: '4' },
    { tag: 'line', x1: '17', x2: '22', y1: '8', y2: '13' },
    { tag: 'line', x1: '22', x2: '17', y1: '8', y2: '13' },
  ],
  video: [
    { tag: 'path', d: 'm16 13 5.223 3.482a.5.5 0 0 0 .777-.416V7.87a.5.5 0 0 0-.752-.432L16 10.5' },
    { tag: 'rect', x: '2', y: '6', width: '14', height: '12', rx: '2' },
  ],
  x: [
    { tag: 'path', d: 'M18 6 6 18' },
    { tag: 'path', d: 'm6 6 12 12' },
  ],
} as const satisfies Record<string, readonly ({ tag: string } & Record<string, string>)[]>;

export type IconName = keyof typeof ICONS;
