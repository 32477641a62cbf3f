export interface paths {
    "/getinfo/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send user info, as in the Django tutorial
         * @description Registers an unregistered session, whose token stays, or refreshes the profile of a registered
         *     one. Failures are a 200 too and carry their number twice.
         */
        post: operations["compatGetInfo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alive
         * @description Whether the process runs and answers.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in, as in the Django tutorial
         * @description `status` 0 brings `data.token`. Failures are a 200 too and carry their number twice.
         */
        post: operations["compatLogIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ready
         * @description Whether this instance should get requests: its store answers, and it is not stopping.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in
         * @description Swaps the code at WeChat and opens a session, whether the user is known or not. With an
         *     `Idempotency-Key`, the same code sent again within five minutes is the same login with a fresh
         *     token: send one, and a login whose answer was lost can simply be sent again.
         */
        post: operations["logIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the user */
        get: operations["getUser"];
        put?: never;
        /**
         * Change the profile, from a Mini Program
         * @description The same as `PATCH /v1/me`, for clients that cannot send a `PATCH`: `wx.request` knows no such method.
         */
        post: operations["changeProfileByPost"];
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the profile
         * @description Takes what the user typed in. A field that is left out stays as it is; `null` empties it.
         */
        patch: operations["changeProfile"];
        trace?: never;
    };
    "/v1/me/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refresh the profile
         * @description Takes the profile from open data of `wx.getUserInfo`. What the data does not tell stays as it
         *     was: open data is anonymous today, and "微信用户" does not replace a name that was typed in.
         */
        post: operations["refreshProfile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/open-data": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decrypt open data
         * @description Decrypts any open data of the caller's: steps, group ids and so on. The watermark must name the
         *     session's app. With `raw_data` and `signature` the key that signed is used; without, the keys of
         *     the session are tried, newest first.
         */
        post: operations["decryptOpenData"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register
         * @description Verifies and decrypts what the client collected after its login, and makes its sender a user.
         *     The answer brings a new token; the old one ends, but repeats this answer for five minutes.
         *     Whoever is registered already gets 200 and the same user.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check a token
         * @description Tells whose session the token opens. This is what a back end asks for every request of its own;
         *     it is answered from memory. `GET /v1/me` has the whole user.
         */
        get: operations["getSession"];
        put?: never;
        post?: never;
        /**
         * Log out
         * @description Ends the session that the token opens.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List sessions
         * @description Where the user is logged in: across all apps for a registered user, at this app for one who is
         *     not.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /**
         * Log out everywhere
         * @description Ends every session of the user, the caller's included.
         */
        delete: operations["endAllSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Log out elsewhere
         * @description Ends one session of the same user.
         */
        delete: operations["endOtherSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What either route answers with. */
        CompatAnswer_CompatToken: components["schemas"]["CompatSuccess_CompatToken"] | components["schemas"]["CompatFailure"];
        /** @description What either route answers with. */
        CompatAnswer_CompatUser: components["schemas"]["CompatSuccess_CompatUser"] | components["schemas"]["CompatFailure"];
        /** @description A failure in the tutorial's shape, with what this server knows beside it. */
        CompatFailure: {
            /**
             * Format: int32
             * @description The failure's number: 1 missing parameter, 2 invalid token, 3 log in again, 4 collect the
             *     data again, 5 register, 6 retry, 7 the request is wrong, 8 the operator must act.
             */
            status: number;
            /**
             * Format: int32
             * @description The same number again: the tutorial's clients read one or the other.
             */
            code: number;
            /** @description What happened. */
            msg: string;
            /** @description Nothing. */
            data?: string | null;
            /** @description The stable name of the failure, as in a problem's `code`. */
            problem: string;
            /** @description What the client should do, as in a problem's `recover`. */
            recover: string;
            /** @description What happened this time, as in a problem's `detail`. */
            detail: string;
        };
        /**
         * @description What `wx.getUserInfo` gave, and the token of the login. Names are taken as WeChat writes them
         *     (`encryptedData`), in snake case, and as the tutorial misspells them (`encrypedData`).
         */
        CompatInfoRequest: {
            /** @description The token that `/login/` gave. `Authorization: Bearer` will do as well. */
            token: string;
            /** @description `encryptedData`. */
            encryptedData: string;
            /** @description `iv`. */
            iv: string;
            /** @description `rawData`. */
            rawData?: string | null;
            /** @description `signature`. */
            signature?: string | null;
        };
        /** @description A code to log in with. */
        CompatLoginRequest: {
            /** @description What `wx.login` gave. */
            code: string;
        };
        /** @description A success in the tutorial's shape. */
        CompatSuccess_CompatToken: {
            /**
             * Format: int32
             * @description 0.
             */
            status: number;
            /** @description `ok`. */
            msg: string;
            /** @description The token of a login. */
            data: {
                /** @description The token. */
                token: string;
            };
        };
        /** @description A success in the tutorial's shape. */
        CompatSuccess_CompatUser: {
            /**
             * Format: int32
             * @description 0.
             */
            status: number;
            /** @description `ok`. */
            msg: string;
            /** @description A user under the tutorial's names. */
            data: {
                /** @description The nickname. */
                name: string;
                /** @description The avatar's address. */
                avatar: string;
                /** @description The language. */
                language: string;
                /** @description The province. */
                province: string;
                /** @description The city. */
                city: string;
                /** @description The country. */
                country: string;
            };
        };
        /** @description The token of a login. */
        CompatToken: {
            /** @description The token. */
            token: string;
        };
        /** @description A user under the tutorial's names. */
        CompatUser: {
            /** @description The nickname. */
            name: string;
            /** @description The avatar's address. */
            avatar: string;
            /** @description The language. */
            language: string;
            /** @description The province. */
            province: string;
            /** @description The city. */
            city: string;
            /** @description The country. */
            country: string;
        };
        /** @description What is wrong with one field. */
        FieldProblem: {
            /**
             * @description The field of the body, the part of the path or the header.
             * @example iv
             */
            field: string;
            /**
             * @description What it must be.
             * @example must be 16 bytes in standard base64, as wx gave it
             */
            detail: string;
        };
        /** @description A new token and the session it opens. */
        Grant: {
            /** @description The bearer token. It is told once; keep it. */
            token: string;
            /** @description How to send the token. */
            token_type: string;
            /** @description When the session ends if it is not used. */
            expires_at: components["schemas"]["Moment"];
            /** @description The session. */
            session: components["schemas"]["SessionRef"];
        };
        /** @description All is well. */
        Health: {
            /** @description Always `ok`: what is not has another HTTP status. */
            status: string;
        };
        /** @description A session in the list. */
        ListedSession: {
            /**
             * Format: uuid
             * @description The session's id.
             */
            id: string;
            /** @description The app it was opened in. */
            app_id: string;
            /** @description Whether the user behind it is known. */
            state: components["schemas"]["State"];
            /** @description When they logged in. */
            created_at: components["schemas"]["Moment"];
            /** @description When the token was last seen, to the minute. */
            last_seen_at: components["schemas"]["Moment"];
            /** @description When it ends if it is not used. */
            expires_at: components["schemas"]["Moment"];
            /** @description What the client called itself at login. */
            user_agent?: string | null;
            /** @description The client's address at login. */
            ip?: string | null;
            /** @description Whether this is the session that asked. */
            current: boolean;
        };
        /** @description A login that succeeded. */
        LoginAnswer: components["schemas"]["Grant"] & {
            /** @description Whether the user is known. An unknown one goes on to `POST /v1/register`. */
            state: components["schemas"]["State"];
            user?: components["schemas"]["User"] | null;
        };
        /** @description A code to log in with. */
        LoginRequest: {
            /** @description The Mini Program's app id. */
            app_id: string;
            /** @description What `wx.login` gave: good for five minutes and for one use. */
            code: string;
        };
        /**
         * Format: date-time
         * @description A moment on the wire: RFC 3339 in UTC, to the millisecond.
         */
        Moment: string;
        /** @description Decrypted open data. */
        OpenDataAnswer: {
            /** @description The JSON object that WeChat encrypted, as it is. */
            data: Record<string, never>;
        };
        /** @description Open data as a wx call gave it, with `rawData` and `signature` where it gave them. */
        OpenDataRequest: {
            /** @description `encryptedData`: standard base64, exactly as given. */
            encrypted_data: string;
            /** @description `iv`: 16 bytes in standard base64, exactly as given. */
            iv: string;
            /** @description `rawData`: the string exactly as given, not parsed and written again. Needs `signature`. */
            raw_data?: string | null;
            /** @description `signature`: 40 hexadecimal digits in lower case. Needs `raw_data`. */
            signature?: string | null;
        };
        /** @description A failure (RFC 9457). */
        Problem: {
            /**
             * @description The code as a URN.
             * @example urn:yaoshi:problem:code_used
             */
            type: string;
            /**
             * @description What happened, the same for every occurrence.
             * @example The code was used before
             */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             * @example 400
             */
            status: number;
            /**
             * @description What happened this time, for people.
             * @example A code works once.
             */
            detail: string;
            /**
             * @description The stable name of the failure.
             * @enum {string}
             */
            code: "invalid_code" | "code_used" | "code_exchange_lost" | "wechat_user_blocked" | "user_blocked" | "login_in_progress" | "login_cut_off" | "unknown_app" | "wechat_rate_limited" | "wechat_unavailable" | "wechat_refused_misconfigured" | "wechat_refused_address" | "wechat_refused_frozen" | "wechat_refused_confirmation" | "wechat_refused_quota" | "wechat_refused_unlisted" | "missing_token" | "invalid_token" | "session_expired" | "session_revoked" | "not_registered" | "signature_mismatch" | "undecryptable" | "stale_data" | "no_such_session" | "malformed_json" | "incomplete_body" | "missing_field" | "wrong_type" | "invalid_field" | "unknown_field" | "unsupported_media_type" | "payload_too_large" | "not_found" | "method_not_allowed" | "request_timeout" | "overloaded" | "draining" | "store_unavailable" | "key_unavailable" | "key_lost" | "internal";
            /**
             * @description What the client should do: `login_again` (wx.login, then POST /v1/login), `collect_again` (repeat the wx call that collected the data, then resend; the session is still good), `register` (go to registration), `retry` (the same request again after Retry-After), `fix_request` (nothing at run time: the request is wrong), `operator` (nothing: whoever runs the service must act).
             * @enum {string}
             */
            recover: "login_again" | "collect_again" | "register" | "retry" | "fix_request" | "operator";
            /**
             * @description The request's id, as in the `X-Request-Id` header and in the server's log.
             * @example 5f3a9c01-000000002a
             */
            request_id: string;
            /**
             * @description The field that is wrong, where one is.
             * @example iv
             */
            field?: string | null;
            /** @description All fields that are wrong, where there are several. */
            errors?: components["schemas"]["FieldProblem"][];
        };
        /** @description What the user typed in. A field that is left out stays as it is; `null` empties it. */
        ProfileRequest: {
            /** @description At most 64 characters, any script, emoji included. */
            nickname?: string | null;
            /** @description An http or https URL of at most 1024 visible ASCII characters. */
            avatar_url?: string | null;
            /**
             * Format: int32
             * @description WeChat's number: 0 not told, 1 male, 2 female.
             */
            gender?: number | null;
            /** @description At most 64 characters. */
            language?: string | null;
            /** @description At most 64 characters. */
            country?: string | null;
            /** @description At most 64 characters. */
            province?: string | null;
            /** @description At most 64 characters. */
            city?: string | null;
        };
        /** @description A registered session. */
        RegisterAnswer: components["schemas"]["Grant"] & {
            /** @description The user. */
            user: components["schemas"]["User"];
        };
        /** @description What `wx.getUserInfo` gave after the login. */
        RegisterRequest: {
            /** @description `rawData`: the string exactly as given, not parsed and written again. */
            raw_data: string;
            /** @description `signature`: 40 hexadecimal digits in lower case. */
            signature: string;
            /** @description `encryptedData`: standard base64, exactly as given. */
            encrypted_data: string;
            /** @description `iv`: 16 bytes in standard base64, exactly as given. */
            iv: string;
        };
        /** @description A session. */
        Session: {
            /**
             * Format: uuid
             * @description The session's id.
             */
            id: string;
            /** @description The app it was opened in. */
            app_id: string;
            /** @description When it ends if it is not used. */
            expires_at: components["schemas"]["Moment"];
        };
        /** @description The session that a token opens. */
        SessionAnswer: {
            /** @description Whether the user is known. */
            state: components["schemas"]["State"];
            /** @description The session. */
            session: components["schemas"]["Session"];
            user?: components["schemas"]["UserRef"] | null;
        };
        /** @description A user's live sessions. */
        SessionList: {
            /** @description The sessions, newest first, at most 100. */
            sessions: components["schemas"]["ListedSession"][];
        };
        /** @description Which session. */
        SessionRef: {
            /**
             * Format: uuid
             * @description The session's id: for lists and logs. It opens nothing.
             */
            id: string;
        };
        /**
         * @description Whether the user behind a session is known.
         * @enum {string}
         */
        State: "registered" | "unregistered";
        /** @description A user. */
        User: {
            /**
             * Format: uuid
             * @description The user's id, the same in every app of one Open Platform account.
             */
            id: string;
            /** @description What they call themselves. May be empty. */
            nickname: string;
            /** @description Where their picture lies. May be empty. */
            avatar_url: string;
            /**
             * Format: int32
             * @description WeChat's number: 0 not told, 1 male, 2 female.
             */
            gender: number;
            /** @description The language of their WeChat. May be empty. */
            language: string;
            /** @description May be empty. */
            country: string;
            /** @description May be empty. */
            province: string;
            /** @description May be empty. */
            city: string;
            /** @description When they registered. */
            created_at: components["schemas"]["Moment"];
            /** @description When their profile last changed. */
            updated_at: components["schemas"]["Moment"];
        };
        /** @description Which user. */
        UserRef: {
            /**
             * Format: uuid
             * @description The user's id.
             */
            id: string;
        };
    };
    responses: {
        /** @description `draining` */
        draining: {
            headers: {
                /** @description Seconds to wait. */
                "Retry-After"?: string;
                /** @description The request's id. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `method_not_allowed` */
        method_not_allowed: {
            headers: {
                /** @description The request's id. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not_found` */
        not_found: {
            headers: {
                /** @description The request's id. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    compatGetInfo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompatInfoRequest"];
            };
        };
        responses: {
            /** @description The user, or a failure */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompatAnswer_CompatUser"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `request_timeout`, `overloaded` */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Alive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `request_timeout`, `overloaded` */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compatLogIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompatLoginRequest"];
            };
        };
        responses: {
            /** @description Logged in, or a failure */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompatAnswer_CompatToken"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `request_timeout`, `overloaded` */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ready */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `draining`, `store_unavailable`, `request_timeout`, `overloaded` */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logIn: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The client's name for this attempt, new for every `wx.login`: 8 to 128 visible ASCII characters.
                 * @example 5b0f7e7c-2f0c-4d0e-9a57-3a1f6f0f8a11
                 */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description Logged in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginAnswer"];
                };
            };
            /** @description `malformed_json`, `incomplete_body`, `invalid_code`, `code_used`, `code_exchange_lost` */
            400: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wechat_user_blocked`, `user_blocked` */
            403: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large` */
            413: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `missing_field`, `wrong_type`, `invalid_field`, `unknown_app` */
            422: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wechat_refused_misconfigured`, `wechat_refused_address`, `wechat_refused_frozen`, `wechat_refused_confirmation`, `wechat_refused_quota`, `wechat_refused_unlisted` */
            502: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `login_in_progress`, `login_cut_off`, `wechat_rate_limited`, `wechat_unavailable`, `key_unavailable`, `store_unavailable`, `request_timeout`, `overloaded` */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description `missing_token`, `invalid_token`, `session_expired`, `session_revoked` */
            401: {
                headers: {
                    /** @description The challenge of RFC 6750. */
                    "WWW-Authenticate"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_registered`, `user_blocked` */
            403: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `request_timeout`, `overloaded` */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeProfileByPost: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileRequest"];
            };
        };
        responses: {
            /** @description The user with the change made */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description `malformed_json`, `incomplete_body` */
            400: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `missing_token`, `invalid_token`, `session_expired`, `session_revoked` */
            401: {
                headers: {
                    /** @description The challenge of RFC 6750. */
                    "WWW-Authenticate"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_registered` */
            403: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large` */
            413: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `missing_field`, `wrong_type`, `invalid_field`, `unknown_field` */
            422: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `request_timeout`, `overloaded` */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeProfile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileRequest"];
            };
        };
        responses: {
            /** @description The user with the change made */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description `malformed_json`, `incomplete_body` */
            400: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `missing_token`, `invalid_token`, `session_expired`, `session_revoked` */
            401: {
                headers: {
                    /** @description The challenge of RFC 6750. */
                    "WWW-Authenticate"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_registered` */
            403: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large` */
            413: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `missing_field`, `wrong_type`, `invalid_field`, `unknown_field` */
            422: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `request_timeout`, `overloaded` */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refreshProfile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenDataRequest"];
            };
        };
        responses: {
            /** @description The user as they are now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description `malformed_json`, `incomplete_body` */
            400: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `missing_token`, `invalid_token`, `session_expired`, `session_revoked` */
            401: {
                headers: {
                    /** @description The challenge of RFC 6750. */
                    "WWW-Authenticate"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_registered` */
            403: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `key_lost` */
            409: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large` */
            413: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `missing_field`, `wrong_type`, `invalid_field`, `signature_mismatch`, `undecryptable`, `stale_data` */
            422: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `request_timeout`, `overloaded` */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    decryptOpenData: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenDataRequest"];
            };
        };
        responses: {
            /** @description Decrypted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenDataAnswer"];
                };
            };
            /** @description `malformed_json`, `incomplete_body` */
            400: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `missing_token`, `invalid_token`, `session_expired`, `session_revoked` */
            401: {
                headers: {
                    /** @description The challenge of RFC 6750. */
                    "WWW-Authenticate"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `key_lost` */
            409: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large` */
            413: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `missing_field`, `wrong_type`, `invalid_field`, `signature_mismatch`, `undecryptable` */
            422: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `request_timeout`, `overloaded` */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterRequest"];
            };
        };
        responses: {
            /** @description The user was known before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisterAnswer"];
                };
            };
            /** @description A new user */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisterAnswer"];
                };
            };
            /** @description `malformed_json`, `incomplete_body` */
            400: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `missing_token`, `invalid_token`, `session_expired`, `session_revoked` */
            401: {
                headers: {
                    /** @description The challenge of RFC 6750. */
                    "WWW-Authenticate"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `user_blocked` */
            403: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `key_lost` */
            409: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large` */
            413: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `missing_field`, `wrong_type`, `invalid_field`, `signature_mismatch`, `undecryptable`, `stale_data` */
            422: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `key_unavailable`, `store_unavailable`, `request_timeout`, `overloaded` */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionAnswer"];
                };
            };
            /** @description `missing_token`, `invalid_token`, `session_expired`, `session_revoked` */
            401: {
                headers: {
                    /** @description The challenge of RFC 6750. */
                    "WWW-Authenticate"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `request_timeout`, `overloaded` */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Logged out */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `missing_token`, `invalid_token`, `session_expired`, `session_revoked` */
            401: {
                headers: {
                    /** @description The challenge of RFC 6750. */
                    "WWW-Authenticate"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `request_timeout`, `overloaded` */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            /** @description `missing_token`, `invalid_token`, `session_expired`, `session_revoked` */
            401: {
                headers: {
                    /** @description The challenge of RFC 6750. */
                    "WWW-Authenticate"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `request_timeout`, `overloaded` */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endAllSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Logged out everywhere */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `missing_token`, `invalid_token`, `session_expired`, `session_revoked` */
            401: {
                headers: {
                    /** @description The challenge of RFC 6750. */
                    "WWW-Authenticate"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `request_timeout`, `overloaded` */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endOtherSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The session's id, from the list.
                 * @example 01890a5d-ac96-774b-bcce-b302099a8057
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Logged out there */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `missing_token`, `invalid_token`, `session_expired`, `session_revoked` */
            401: {
                headers: {
                    /** @description The challenge of RFC 6750. */
                    "WWW-Authenticate"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no_such_session` */
            404: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_field` */
            422: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `request_timeout`, `overloaded` */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: string;
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
