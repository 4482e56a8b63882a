const KINDS = {
  viewer: '0001',
  video: '0002',
  vote: '0003',
  likedVideo: '0004',
  view: '0005',
  shareLink: '0006',
  shareClick: '0007',
  report: '0008',
};

/** The id of the n-th sample row of a kind: a UUID that is the same on every machine. */
export function sampleId(kind: keyof typeof KINDS, n: number): string {
  return `01936b4e-${KINDS[kind]}-7000-8000-${String(n).padStart(12, '0')}`;
}
