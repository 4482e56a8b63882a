/**
 * The gate at the edge: a CloudFront function (runtime 2.0) that runs before the cache is asked. A video whose id is in the
 * KeyValueStore is answered with 410, cached copies or not. Its language is ECMAScript 5.1 and little of what came later:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
import cf from 'cloudfront';

/** What happens while the store cannot be read: `open` shows the video, `closed` answers 503. Set at deployment. */
const WHEN_UNREADABLE = 'open';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const deletedVideos = cf.kvs();

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name
async function handler(event) {
  const ids = videoIdsIn(event.request.uri);
  try {
    for (let i = 0; i < ids.length; i += 1) {
      const isDeleted = await deletedVideos.exists(ids[i]);
      if (isDeleted) return refusal(410, 'Gone', 'This video has been deleted.');
    }
  } catch (_error) {
    if (WHEN_UNREADABLE === 'closed') return refusal(503, 'Service Unavailable', 'Please try again.');
  }
  return event.request;
}

/**
 * Below `/videos/` the first segment says whose the object is. Elsewhere an original is named by a whole segment or by its
 * file's stem, as the deletion itself reads it. The path is decoded once, as the origin does, or `%61` would slip past.
 */
function videoIdsIn(uri) {
  const segments = decoded(uri).split('/').slice(1);
  if (segments[0] === 'videos') return UUID.test(segments[1]) ? [segments[1]] : [];
  const stem = segments[segments.length - 1].split('.')[0];
  return segments.concat(stem).filter((name, index, names) => UUID.test(name) && names.indexOf(name) === index);
}

/** What cannot be decoded names no object; the origin refuses it. */
function decoded(uri) {
  try {
    return decodeURIComponent(uri);
  } catch (_error) {
    return uri;
  }
}

/** Never cached, so that an undone deletion shows the video again at once; readable by a player on the page's origin. */
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
