/**
 * The gate at the edge: a CloudFront function (runtime 2.0) that runs before CloudFront checks its cache. It answers
 * 410 for a video whose id is in the KeyValueStore, even if a copy is cached. The runtime supports ECMAScript 5.1 and
 * some later features:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
import cf from 'cloudfront';

/** What to do while the store cannot be read: `open` serves the video, `closed` answers 503. Set at deployment. */
const WHEN_UNREADABLE = 'open';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const deletedVideos = cf.kvs();

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name
async function handler(event) {
  const refused = await refuseDeletedVideo(event.request);
  return refused || event.request;
}

/** The answer to a request for a deleted video. Nothing for any other request. */
async function refuseDeletedVideo(request) {
  const ids = videoIdsIn(request.uri);
  try {
    for (let i = 0; i < ids.length; i += 1) {
      const isDeleted = await deletedVideos.exists(ids[i]);
      if (isDeleted) return refusal(410, 'Gone', 'This video has been deleted.');
    }
  } catch (_error) {
    if (WHEN_UNREADABLE === 'closed') return refusal(503, 'Service Unavailable', 'Please try again.');
  }
}

/**
 * The ids in the path as it is written, and as an origin may understand it: some resolve `.` and `..`, or take `//` for
 * one slash. A copy that is cached under another spelling of the same path must be refused, too.
 */
function videoIdsIn(uri) {
  const written = decoded(uri).split('/').slice(1);
  const resolved = [];
  for (let i = 0; i < written.length; i += 1) {
    if (written[i] === '..') resolved.pop();
    else if (written[i] !== '' && written[i] !== '.') resolved.push(written[i]);
  }
  return idsAmong(written)
    .concat(idsAmong(resolved))
    .filter((name, index, names) => names.indexOf(name) === index);
}

/**
 * Below `/videos/`, the first segment is the id of the video. Elsewhere, the id of an original is a whole segment or
 * the name of the file without its extension; the deletion uses the same rule. The path is decoded once, as the origin
 * does, because otherwise `%61` would bypass the gate.
 */
function idsAmong(segments) {
  if (segments[0] === 'videos') return UUID.test(segments[1]) ? [segments[1]] : [];
  const file = segments.length > 0 ? segments[segments.length - 1] : '';
  return segments.concat(file.split('.')[0]).filter((name) => UUID.test(name));
}

/** A path that cannot be decoded names no object, and the origin refuses it. */
function decoded(uri) {
  try {
    return decodeURIComponent(uri);
  } catch (_error) {
    return uri;
  }
}

/**
 * An answer that is never cached, so that the video is back at once after an undo. A player on another origin may read
 * it.
 */
function refusal(statusCode, statusDescription, text) {
  return {
    statusCode: statusCode,
    statusDescription: statusDescription,
    headers: {
      'cache-control': { value: 'no-store' },
      'content-type': { value: 'text/plain; charset=utf-8' },
      'access-control-allow-origin': { value: '*' },
    },
    body: { encoding: 'text', data: text },
  };
}
