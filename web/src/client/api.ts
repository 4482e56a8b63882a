// Written by `npm run types:api` from docs/openapi.json: make changes there.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export type components = {
    schemas: {
        /**
         * @description `none`: nobody has requested the deletion. Only an admin who releases a held video sees this state.
         * @enum {string}
         */
        DeletionState: "none" | "pending" | "running" | "settling" | "deleted" | "failed" | "held" | "cancelled";
        /** @description How many, by kind. */
        Counts: {
            [key: string]: number;
        };
        Step: {
            /** @enum {string} */
            name: "hide" | "cancelRuns" | "deleteObjects" | "deleteRows" | "invalidateCache" | "invalidateEdge" | "verify";
            /**
             * @description `provisional`: the step ran before the steps it depends on were done, so it runs once more. `skipped`: this environment has no such store.
             * @enum {string}
             */
            state: "waiting" | "provisional" | "done" | "failed" | "skipped";
            attempts: number;
            /** @description How often the step failed; absent if it never failed. */
            failures?: number;
            /** @description What the step deleted, over all attempts. */
            counts: components["schemas"]["Counts"];
            /**
             * @description A worker died in the step, or an answer was lost: it may have deleted more than `counts` says.
             * @constant
             */
            atLeast?: true;
            /**
             * Format: date-time
             * @description When its first attempt began.
             */
            startedAt?: string;
            /**
             * Format: date-time
             * @description When its last attempt began, if there was more than one.
             */
            lastStartedAt?: string;
            /** Format: date-time */
            finishedAt?: string;
            /** @description A short code, never a message. */
            error?: string;
            /** @description Its last failed attempts, the oldest first. For admins, and not in lists. */
            failed?: {
                /** Format: date-time */
                startedAt: string;
                /** Format: date-time */
                finishedAt: string;
                error: string;
            }[];
        };
        Deletion: {
            /** Format: uuid */
            videoId: string;
            /** Format: uuid */
            deletionId: string;
            state: components["schemas"]["DeletionState"];
            /** @enum {string} */
            reason?: "owner" | "admin" | "account" | "orphan";
            /**
             * Format: date-time
             * @description Absent, like `reason` and `undoableUntil`, while nobody has requested the deletion of a held video.
             */
            requestedAt?: string;
            /**
             * Format: date-time
             * @description The end of the undo window. Until then the deletion can be undone, unless a worker has begun.
             */
            undoableUntil?: string;
            /** @description True while you can undo this deletion. An owner cannot while an admin's request stands. */
            undoable?: boolean;
            /** @description True once no listing, feed or profile shows the video. */
            hidden: boolean;
            /** Format: date-time */
            hiddenAt?: string;
            /**
             * @description Whoever has the address can still play copies at the edge, until the work begins: the gate had no room for a deletion that waits.
             * @constant
             */
            playable?: true;
            /** Format: date-time */
            deletedAt?: string;
            steps: components["schemas"]["Step"][];
            /** @description How many passes made no progress, since the request or the last replay. */
            attempts: number;
            /** @description What could not be shown or counted. Absent when there is nothing to say. */
            exceptions?: components["schemas"]["Exceptions"];
            /**
             * Format: date-time
             * @description When a worker may begin.
             */
            dueAt?: string;
            links: {
                /** Format: uri-reference */
                self: string;
                /** Format: uri-reference */
                receipt?: string;
                /** Format: uri-reference */
                receipts?: string;
            };
            /**
             * Format: uuid
             * @description For admins only.
             */
            ownerId?: string;
            /** @description For admins only. A user's id, `operator`, `aws:` and the id of an operator's credentials, or `claimed:` and the id that an operator gave. */
            requestedBy?: string;
            /** @description For admins only. All requests that stand, the first one first. Empty while nobody has requested the deletion of a held video. */
            requests?: {
                /** @description A user's id, `operator`, `aws:` and the id of an operator's credentials, or `claimed:` and the id that an operator gave. */
                by: string;
                /** @enum {string} */
                reason: "owner" | "admin" | "account" | "orphan";
                /** Format: date-time */
                at: string;
                /**
                 * Format: date-time
                 * @description The end of this request's own undo window.
                 */
                until: string;
            }[];
            /** @description For admins only. The legal hold that stands. */
            hold?: components["schemas"]["Hold"];
            /** @description For admins only. The state after a release. */
            heldFrom?: components["schemas"]["DeletionState"];
            /** @description For admins only, and not in lists. Every move, oldest first. */
            history?: components["schemas"]["HistoryEntry"][];
            /** @description For admins only. The oldest entries, which are no longer in `history`: how many, and the hash that the first entry in `history` follows. */
            folded?: {
                count: number;
                hash: components["schemas"]["Sha256"];
            };
            /** @description For admins only. The invalidation, or the gate, for the copies at the edge. */
            edge?: {
                /** @description How many paths were invalidated. */
                paths: number;
                invalidationId?: string;
                /**
                 * Format: date-time
                 * @description When the copies at the edge were gone. Absent while files are left that the edge could fetch again.
                 */
                completedAt?: string;
                /**
                 * Format: date-time
                 * @description From then on the edge refused the video.
                 */
                gatedAt?: string;
                /**
                 * Format: date-time
                 * @description The gate had no room for a deletion that waits: copies at the edge can be played until its work begins.
                 */
                ungatedAt?: string;
            };
            /** @description For admins only. What was written after all stores had been empty once, and was then deleted. */
            late?: components["schemas"]["Counts"];
            /** @description For admins only. How many workers died. What they deleted last may be missing from the counts. */
            interrupted?: number;
            /** @description For admins only. The number of receipts: more than one if the video came back and was deleted again. */
            receipts?: number;
        };
        Exceptions: {
            /** @description Keys that the row named and that stay, because they may belong to another video. */
            notOurs?: {
                count: number;
                sha256?: string;
            };
            /** @description Workers that died. What they deleted last may be in no count. */
            interruptedPasses?: number;
            /** @description How often each step failed before it was done. */
            failures?: {
                [key: string]: number;
            };
            /** @description Steps that may have deleted more than they count. */
            atLeast?: string[];
            /**
             * @description Storage held nothing of a video that was ready.
             * @enum {unknown}
             */
            nothingFound?: true | "unknown";
            /** @description How many values of the row named a file that was found nowhere. */
            notFound?: number;
            /** @description Kinds of objects that the store cannot list. */
            notListed?: string[];
            /** @description Keys that stay because they are another video's, too: it names them, or they hold its id. */
            kept?: number;
            /** @description Processing runs that were left alone because they are another video's, too. */
            sharedRuns?: number;
        };
        DeletionPage: {
            /**
             * @description Whose deletions the caller may see: everybody's (admins), or only their own.
             * @enum {string}
             */
            sees: "all" | "own";
            deletions: components["schemas"]["Deletion"][];
            cursor?: string;
        };
        Figures: {
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            until: string;
            /** @description How many there are now, whenever they were requested. */
            now: {
                waiting: number;
                open: number;
                failed: number;
                held: number;
            };
            /** @description How many were requested in the period. */
            requested: number;
            /** @description How many are in each state that occurs. */
            states: {
                [key: string]: number;
            };
            /** @description Steps that have failed and have not been done since, the most frequent first. */
            failures: {
                step: string;
                code: string;
                count: number;
            }[];
            /** @description The hours in which something was requested. */
            hours: {
                /** Format: date-time */
                hour: string;
                requested: number;
                /** @description How many are in each state that occurs. */
                states: {
                    [key: string]: number;
                };
                /** @description How long those took that are deleted: from the end of the undo window to the end. Half of them, and 95 of 100, took no longer. */
                seconds?: {
                    p50: number;
                    p95: number;
                };
            }[];
        };
        Jwk: {
            kty: string;
            kid: string;
            alg?: string;
            use?: string;
            n?: string;
            e?: string;
        };
        JwkSet: {
            keys: components["schemas"]["Jwk"][];
        };
        User: {
            /** Format: uuid */
            id: string;
            username: string;
            /** Format: date-time */
            created_at: string;
            stats: {
                videos_uploaded: number;
                total_likes_received: number;
                total_views: number;
            };
        };
        VideoFields: {
            /** Format: uuid */
            id: string;
            title: string;
            description: string | null;
            /** @enum {string} */
            status: "uploading" | "processing" | "ready" | "failed" | "rejected";
            /**
             * Format: uri-reference
             * @description The HLS playlist; null until the video is ready.
             */
            url_hls: string | null;
            /** Format: uri-reference */
            thumbnail: string | null;
            duration_seconds: number | null;
            /** Format: date-time */
            created_at: string;
            likes: number;
            views: number;
            /** @description Only with `include=deleting`, and only on videos that are being deleted. */
            deletion?: components["schemas"]["DeletionState"];
        };
        Video: components["schemas"]["VideoFields"];
        FeedVideo: {
            /** @description The owner's username. */
            owner: string;
        } & components["schemas"]["VideoFields"];
        VideoPage: {
            videos: components["schemas"]["Video"][];
            cursor?: string;
            /** @description With `include`: how many videos match, without those that are being deleted. A platform that does not say it knows neither `q`, `status`, `sort` nor `limit`: whoever asks filters what is loaded. */
            total?: number;
        };
        Feed: {
            videos: components["schemas"]["FeedVideo"][];
            cursor?: string;
        };
        /** @description RFC 9457. */
        Problem: {
            /** Format: uri-reference */
            type: string;
            title: string;
            status: number;
            detail?: string;
            /** Format: uri-reference */
            instance?: string;
            /** @description Only in the answer to a request for several videos: the refused ones, each with its reason. */
            errors?: components["schemas"]["Refusal"][];
        };
        /** @description An error of the gateway itself. Its form cannot be configured. */
        GatewayMessage: {
            message: string;
        };
        Sha256: string;
        /** @description Why a video is held, or released. */
        HoldReason: {
            /** @enum {string} */
            code: "litigation" | "investigation" | "regulator" | "dispute" | "other";
            /** @description The number of the case, never a name. */
            caseNumber: string;
        };
        Hold: {
            /** @enum {string} */
            code: "litigation" | "investigation" | "regulator" | "dispute" | "other";
            /** @description The number of the case, never a name. */
            caseNumber: string;
            /** @description The id of an admin, or `operator`. */
            by: string;
            /** Format: date-time */
            at: string;
            /** @description True when no worker can still be deleting anything. */
            stopped: boolean;
        };
        HistoryEntry: {
            /** Format: date-time */
            at: string;
            from: components["schemas"]["DeletionState"];
            to: components["schemas"]["DeletionState"];
            /** @description A user's id, `worker`, `redrive` or `operator`. */
            by: string;
            detail?: {
                code: string;
                caseNumber?: string;
            } | components["schemas"]["Counts"];
            /** @description SHA-256 of the hash before it and of this entry without `hash`, as canonical JSON (RFC 8785). The hash before the first entry is 64 zeros. */
            hash: components["schemas"]["Sha256"];
        };
        DeletionRequest: {
            /** @description An id that is given twice counts once. */
            videoIds: string[];
        };
        DeletionResult: {
            /** Format: uuid */
            videoId: string;
            /**
             * @description The status that a request for this video alone would get. After `503`, request it again.
             * @enum {integer}
             */
            status: 200 | 202 | 403 | 404 | 409 | 500 | 503;
            deletion?: components["schemas"]["Deletion"];
            detail?: string;
        };
        DeletionResults: {
            results: components["schemas"]["DeletionResult"][];
        };
        Refusal: {
            /** Format: uuid */
            videoId: string;
            /** @enum {integer} */
            status: 403 | 404;
            detail: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
};
export type DeletionState = components['schemas']['DeletionState'];
export type Counts = components['schemas']['Counts'];
export type Step = components['schemas']['Step'];
export type Deletion = components['schemas']['Deletion'];
export type Exceptions = components['schemas']['Exceptions'];
export type DeletionPage = components['schemas']['DeletionPage'];
export type Figures = components['schemas']['Figures'];
export type Jwk = components['schemas']['Jwk'];
export type JwkSet = components['schemas']['JwkSet'];
export type User = components['schemas']['User'];
export type VideoFields = components['schemas']['VideoFields'];
export type Video = components['schemas']['Video'];
export type FeedVideo = components['schemas']['FeedVideo'];
export type VideoPage = components['schemas']['VideoPage'];
export type Feed = components['schemas']['Feed'];
export type Problem = components['schemas']['Problem'];
export type GatewayMessage = components['schemas']['GatewayMessage'];
export type Sha256 = components['schemas']['Sha256'];
export type HoldReason = components['schemas']['HoldReason'];
export type Hold = components['schemas']['Hold'];
export type HistoryEntry = components['schemas']['HistoryEntry'];
export type DeletionRequest = components['schemas']['DeletionRequest'];
export type DeletionResult = components['schemas']['DeletionResult'];
export type DeletionResults = components['schemas']['DeletionResults'];
export type Refusal = components['schemas']['Refusal'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
