// Generated from docs/src/openapi.json by `npm run generate`. Do not edit.

export interface paths {
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the keys of assertions
         * @description A key is here for a day before it signs, and for a day after. Libraries may keep the set for an hour, and
         *     fetch it when an assertion names a key that they do not have.
         */
        get: operations["getKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-authorization-server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the metadata
         * @description The metadata of RFC 8414, for libraries that are given this server's address alone.
         */
        get: operations["getMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
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
         * @description Registers an unregistered session of `/login/`, which keeps its token, or refreshes the profile of a registered
         *     one. Takes the data of `wx.getUserInfo` only.
         *     A failure has HTTP status 200, too, and its number in `status` and `code`.
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
         * @description Whether the process runs and responds.
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
         * @description A success has `status` 0 and `data.token`. A failure has HTTP status 200, too, and its number in `status`
         *     and `code`.
         */
        post: operations["compatLogIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauth/introspect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Introspect a token
         * @description Returns the state of a token and whose it is, for back ends (RFC 7662). The token of a user who has not
         *     registered is inactive unless the service sends `unregistered=allow`: so a library that looks only at
         *     `active` admits registered users only. An unknown or malformed token is inactive, too, as is one of an app
         *     that the service may not ask about. The response usually comes from memory.
         */
        post: operations["introspect"];
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
         * @description Whether this instance should get requests: its database can be read and written, its clock agrees with the
         *     database's, and it is not stopping.
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
    "/service/v1/access-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get an access token
         * @description The app's access token, for calls of WeChat that Yaoshi does not make. All instances and services share
         *     it, so that nobody ends the token of another. Ask for it before each call instead of keeping it. If WeChat
         *     rejects it, send it as `rejected` and repeat the call once.
         */
        post: operations["getAccessToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service/v1/encrypt-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get encrypt keys
         * @description The latest keys of the encrypted channel of a user, as `wx.getUserCryptoManager` gives them to the phone.
         *     WeChat makes one an hour. The user is named by the token or by the id of a session.
         */
        post: operations["getEncryptKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service/v1/signatures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign for a user
         * @description Signs with the newest session_key of a user, as `wx.requestVirtualPayment` and its relatives want it, and
         *     with the appKey of an offer. Only texts of known shapes are signed: the fields of `sign_data` and `body`
         *     are checked, and a problem names the wrong one, as in `sign_data.outTradeNo`. Every signature is recorded
         *     with the service and the order number.
         */
        post: operations["sign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find a user by openid
         * @description The user whom WeChat knows by this openid, for the scope `users`.
         */
        get: operations["getUserByOpenid"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find a user
         * @description A user with identities and phone number, for the scope `users`. One who was blocked or erased is found, too:
         *     `status` says so.
         */
        get: operations["getUserById"];
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
         * @description Exchanges the code at WeChat and opens a session, whether the user is registered or not. With an
         *     `Idempotency-Key`, the same code sent again within five minutes repeats the login and returns a fresh
         *     token, so that a client can retry a login whose response was lost.
         *
         *     The code of the example is used up. `wx.login` gives out new ones, as does the simulated WeChat of
         *     `yaoshi dev`, whose documentation page shows the commands.
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
         * @description The same as `PATCH /v1/me`, for clients that cannot send a `PATCH`, such as `wx.request`.
         */
        post: operations["changeProfileByPost"];
        /**
         * Erase the user
         * @description Erases for good what is on record of the user: the profile, the phone number, openids and unionids,
         *     `session_key`s and sessions, at every app. Events stay without what names the user. The login must be at most
         *     five minutes old: log in again just before. Whoever logs in afterwards is somebody new.
         */
        delete: operations["eraseUser"];
        options?: never;
        head?: never;
        /**
         * Change the profile
         * @description Changes the profile to what the user entered. A field that is left out keeps its value; `null` clears it.
         */
        patch: operations["changeProfile"];
        trace?: never;
    };
    "/v1/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the user's data
         * @description All that is on record of the user, in one JSON file: profile, phone number, identities, sessions, events, and
         *     why requests failed. Secrets are no part of it: tokens and `session_key`s.
         */
        get: operations["exportUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/phone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the phone number */
        get: operations["getPhone"];
        /**
         * Bind a phone number
         * @description Exchanges the code of WeChat's phone button for the number and binds it to the user, in the place of
         *     another that the user has. Each exchange costs money: send an `Idempotency-Key`, and the same request
         *     again within five minutes gets the same answer without another exchange.
         */
        put: operations["bindPhone"];
        post?: never;
        /**
         * Remove the phone number
         * @description The user can bind it again, and so can others. A user who has none gets the same answer.
         */
        delete: operations["unbindPhone"];
        options?: never;
        head?: never;
        patch?: never;
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
         * @description Takes the profile from open data of `wx.getUserInfo`. Fields that the data leaves empty keep their
         *     values: WeChat anonymises open data today, and its placeholder "微信用户" does not replace a nickname.
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
         * @description Decrypts any open data of the caller, such as steps or group ids. The watermark must name the app of
         *     the session. With `raw_data` and `signature`, the key that made the signature is used; without them,
         *     the keys of the session are tried from the newest to the oldest.
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
         * @description Verifies and decrypts the open data that the client collected after its login, or exchanges the code of
         *     the phone button, and registers the user. The response has a new token. The old one ends, but for five
         *     minutes a repeated request with it gets the same response; with a phone code, if it has the same
         *     `Idempotency-Key`. A user who is already registered gets status 200.
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
         * @description Returns the session of the token. Back ends call this route for every request of their own; it is
         *     served from memory. `GET /v1/me` returns the whole user.
         */
        get: operations["getSession"];
        put?: never;
        post?: never;
        /**
         * Log out
         * @description Ends the session of the token.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check the session_key
         * @description Asks WeChat whether the newest session_key of the caller is alive. `wx.checkSession` asks whether the one
         *     of the phone's latest code is. Ask before something that a stale key would spoil, such as a payment.
         */
        post: operations["checkSessionKey"];
        delete?: never;
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
         * @description Lists the user's sessions: in all apps if the user is registered, otherwise in this app.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /**
         * Log out everywhere
         * @description Ends every session of the person, at every app, registered or not, the caller's included.
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
    "/v1/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verify a token
         * @description Tells a gateway whose token a request carries: nginx (`auth_request`), Caddy (`forward_auth`), Traefik
         *     (`forwardAuth`), APISIX (`forward-auth`). On a 200 the gateway forwards the request with the headers of this
         *     response, and it has to remove headers of the same names that the client sent. The route accepts every
         *     method. The response usually comes from memory.
         */
        get: operations["verify"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wechat/push/{app_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verify the push URL
         * @description WeChat calls this once, when the URL is entered in its console, and expects `echostr` back.
         */
        get: operations["verifyPushUrl"];
        put?: never;
        /**
         * Take a push
         * @description WeChat posts a message of the app: XML or JSON, in plain text, encrypted, or both. `success` means that the message
         *     arrived, and for payments that a back end of the team has delivered the goods. WeChat sends a message again where it
         *     gets another answer; a further delivery changes nothing.
         */
        post: operations["receivePush"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An access token. */
        AccessTokenAnswer: {
            /** @description The token, of up to 512 characters. */
            access_token: string;
            /** @description When it ends at the latest. WeChat may end it before. */
            expires_at: components["schemas"]["Moment"];
        };
        /** @description Which access token is wanted. */
        AccessTokenRequest: {
            /** @description The Mini Program's app id. */
            app_id: string;
            /** @description A token that WeChat rejected (40001, 40014, 42001). It is replaced if it is still the current one. */
            rejected?: string | null;
        };
        /** @description A valid token, and whose it is. */
        ActiveToken: {
            /** @enum {boolean} */
            active: true;
            /**
             * Format: uuid
             * @description The user's id. Missing where the user is not registered.
             */
            sub?: string | null;
            /**
             * Format: uuid
             * @description The session's id.
             */
            sid: string;
            /** @description The app's id. */
            app_id: string;
            /** @description The user's openid at the app. */
            openid: string;
            /** @description The user's unionid, where WeChat says it. */
            unionid?: string | null;
            /** @description Whether the user is registered. */
            state: components["schemas"]["State"];
            /**
             * Format: int64
             * @description When the session ends if it is not used, in seconds since 1970.
             */
            exp: number;
            /**
             * Format: int64
             * @description When the user logged in, in seconds since 1970.
             */
            iat: number;
            /** @description `Bearer`. */
            token_type: string;
        };
        /** @description What WeChat says of the newest `session_key`. */
        CheckAnswer: {
            /** @description Whether the key is alive. */
            session_key: components["schemas"]["KeyState"];
        };
        /** @description The body of a response of either route. */
        CompatAnswer_CompatToken: components["schemas"]["CompatSuccess_CompatToken"] | components["schemas"]["CompatFailure"];
        /** @description The body of a response of either route. */
        CompatAnswer_CompatUser: components["schemas"]["CompatSuccess_CompatUser"] | components["schemas"]["CompatFailure"];
        /** @description A failure in the form of the tutorial, with the fields of a problem added. */
        CompatFailure: {
            /**
             * Format: int32
             * @description The failure's number: 1 missing parameter, 2 invalid token, 3 log in again, 4 collect the
             *     data again, 5 register, 6 retry, 7 the request is wrong, 8 the operator must act.
             */
            status: number;
            /**
             * Format: int32
             * @description The same number again: some clients of the tutorial read `status`, others `code`.
             */
            code: number;
            /** @description What happened, in English. */
            msg: string;
            data: null;
            /** @description The stable name of the failure, as in a problem's `code`. */
            problem: string;
            /** @description What the client should do, as in a problem's `recover`. */
            recover: string;
            /** @description What happened this time, as in a problem's `detail`. */
            detail: string;
        };
        /**
         * @description The result of `wx.getUserInfo` and the token of the login. The names may be WeChat's (`encryptedData`),
         *     in snake case, or as the tutorial misspells them (`encrypedData`).
         */
        CompatInfoRequest: {
            /** @description The token from `/login/`. It may be in the `Authorization: Bearer` header instead. */
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
            /** @description The code from `wx.login`. */
            code: string;
        };
        /** @description A success in the form of the tutorial. */
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
        /** @description A success in the form of the tutorial. */
        CompatSuccess_CompatUser: {
            /**
             * Format: int32
             * @description 0.
             */
            status: number;
            /** @description `ok`. */
            msg: string;
            /** @description A user with the names of the tutorial. */
            data: {
                /** @description The nickname. */
                name: string;
                /** @description The URL of the avatar. */
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
        /** @description Something that had happened before the failure. */
        EarlierEventBody: {
            /** @description What. */
            kind: string;
            /** @description When. */
            at: components["schemas"]["Moment"];
        };
        /** @description A key of an encrypted channel. */
        EncryptKey: {
            /** @description The key: 16 bytes in base64. */
            encrypt_key: string;
            /** @description The initialisation vector, as WeChat gives it. */
            iv: string;
            /**
             * Format: int64
             * @description The number by which the phone names the key.
             */
            version: number;
            /** @description When it was made. */
            created_at: components["schemas"]["Moment"];
            /** @description When it ends. */
            expires_at: components["schemas"]["Moment"];
        };
        /** @description The keys of a user's encrypted channel. */
        EncryptKeysAnswer: {
            /** @description The latest keys, at most three. */
            keys: components["schemas"]["EncryptKey"][];
        };
        /** @description The proof of an erasure. */
        ErasureBody: {
            /**
             * Format: uuid
             * @description The id of the user whose data was erased. Nobody gets it again.
             */
            user_id: string;
            /**
             * Format: uuid
             * @description The event that stays as the proof.
             */
            event_id: string;
            /** @description When. */
            erased_at: components["schemas"]["Moment"];
        };
        /** @description All that is on record of one user, but for secrets. */
        Export: {
            /** @description When the data was read. */
            exported_at: components["schemas"]["Moment"];
            /** @description Whether the user may sign in. */
            status: components["schemas"]["UserStatus"];
            /** @description The user, with the profile. */
            user: components["schemas"]["User"];
            phone?: components["schemas"]["Phone"] | null;
            /** @description Who the user is at WeChat, at each app. */
            identities: components["schemas"]["Identity"][];
            /** @description The sessions, the newest first. Those that ended a day ago or earlier are not on record any more. */
            sessions: components["schemas"]["ExportedSession"][];
            /** @description What happened to the user, the oldest first. */
            events: components["schemas"]["ExportedEvent"][];
            /** @description Why requests of the user failed, the oldest first. Those of more than some days ago are not on record any more. */
            diagnoses: components["schemas"]["ExportedDiagnosis"][];
            /** @description What WeChat pushed about the user, the oldest first. Those of more than 30 days ago are not on record any more. */
            pushes: components["schemas"]["ExportedPush"][];
        };
        /** @description Where a request came from. */
        ExportedClient: {
            /** @description Its user agent. */
            user_agent?: string | null;
            /** @description Its address. */
            ip?: string | null;
        };
        /**
         * @description Why a request of the user failed.
         *
         *     The inner cause is no part of it: it says why data could not be decrypted, and whoever can send data and read that
         *     has an oracle.
         */
        ExportedDiagnosis: {
            /**
             * Format: uuid
             * @description The diagnosis's id.
             */
            id: string;
            /** @description When the request failed. */
            at: components["schemas"]["Moment"];
            /** @description The request's id, as in its response. */
            request_id: string;
            /** @description What failed: `login`, `registration`, `phone` or `decryption`. */
            step: string;
            /** @description The failure, as in a problem's `code`. */
            code: string;
            /**
             * Format: int64
             * @description WeChat's errcode, where that was the reason.
             */
            errcode?: number | null;
            /** @description WeChat's name for its answer. */
            rid?: string | null;
            /** @description At which app. */
            app_id?: string | null;
            /** @description Who the user is there. */
            openid?: string | null;
            /** @description What the server's log calls the user there. */
            identity?: string | null;
            /** @description The `session_key`s on record then, the newest first, without the keys themselves. */
            keys: components["schemas"]["KeyThenBody"][];
            /** @description What had happened before, the latest first. */
            before: components["schemas"]["EarlierEventBody"][];
        };
        /** @description Something that happened to the user. */
        ExportedEvent: components["schemas"]["ExportedClient"] & {
            /**
             * Format: uuid
             * @description The event's id.
             */
            id: string;
            /** @description When. */
            at: components["schemas"]["Moment"];
            /** @description What happened. */
            kind: string;
            /** @description At which app. */
            app_id?: string | null;
            /** @description To whom there. */
            openid?: string | null;
            /**
             * Format: uuid
             * @description In which session.
             */
            session_id?: string | null;
            /** @description Who did it: `user`, `operator`, `wechat`, or `service:` and the id of a back end. */
            by: string;
            /** @description More about it, such as the number of an order. */
            detail?: string | null;
        };
        /** @description A message of WeChat's about the user. */
        ExportedPush: {
            /** @description When it arrived. */
            received_at: components["schemas"]["Moment"];
            /** @description To which app. */
            app_id: string;
            /** @description The event, or the type of the message. */
            event: string;
            /** @description The message, with WeChat's own fields. */
            message?: Record<string, never> | null;
            /** @description What WeChat was answered, where a back end did. */
            answer?: string | null;
        };
        /** @description A session, open or ended. */
        ExportedSession: components["schemas"]["ExportedClient"] & {
            /**
             * Format: uuid
             * @description The session's id.
             */
            id: string;
            /** @description The app it was opened in. */
            app_id: string;
            /** @description The user's openid at the app. */
            openid: string;
            /** @description When it was opened. */
            created_at: components["schemas"]["Moment"];
            /** @description When it was last used, to the minute. */
            last_seen_at: components["schemas"]["Moment"];
            /** @description When it expires, or expired, if it is not used. */
            expires_at: components["schemas"]["Moment"];
            ended_at?: components["schemas"]["Moment"] | null;
            /** @description Why it was ended. */
            end_reason?: string | null;
        };
        /** @description An error in one field. */
        FieldProblem: {
            /**
             * @description The field of the body, the parameter of the path, or the header.
             * @example iv
             */
            field: string;
            /**
             * @description What is wrong with it, as the rest of a sentence that begins with the field.
             * @example must be 16 bytes in standard base64, as wx gave it
             */
            detail: string;
        };
        /** @description A user, as a service sees them. */
        FoundUserAnswer: {
            /** @description Whether the user may sign in. */
            status: components["schemas"]["UserStatus"];
            /** @description The user. */
            user: components["schemas"]["User"];
            /** @description Who the user is at WeChat, at the apps that the service may ask about. */
            identities: components["schemas"]["Identity"][];
            phone?: components["schemas"]["Phone"] | null;
        };
        /** @description A new token and the session it opens. */
        Grant: {
            /** @description The bearer token. The server does not show it again. */
            token: string;
            /** @description How to send the token. */
            token_type: string;
            /** @description When the session expires if it is not used. */
            expires_at: components["schemas"]["Moment"];
            /** @description The session. */
            session: components["schemas"]["SessionRef"];
        };
        /** @description The server is healthy. */
        Health: {
            /** @description Always `ok`. A server that is not healthy responds with a problem. */
            status: string;
        };
        /** @description A user at one app. */
        Identity: {
            /** @description The app's id. */
            app_id: string;
            /** @description The user's openid at the app. */
            openid: string;
            /** @description The user's unionid, where WeChat says it. */
            unionid?: string | null;
            /** @description When the user was seen there first. */
            first_seen_at: components["schemas"]["Moment"];
            /** @description When the user last logged in there. */
            last_seen_at: components["schemas"]["Moment"];
        };
        /** @description A token that is not valid for this service. The reason is not disclosed. */
        InactiveToken: {
            /** @enum {boolean} */
            active: false;
        };
        /** @description The state of a token. */
        IntrospectAnswer: components["schemas"]["ActiveToken"] | components["schemas"]["InactiveToken"];
        /** @description The token that a service asks about. */
        IntrospectRequest: {
            /** @description The token, as the client sent it. */
            token: string;
            /** @description Ignored: there is one type of token. */
            token_type_hint?: string | null;
            /**
             * @description With `allow`, the tokens of users who have not registered are active too.
             * @example allow
             */
            unregistered?: string | null;
        };
        /** @description A key that verifies assertions. */
        JsonWebKey: {
            /** @description `EC`. */
            kty: string;
            /** @description `P-256`. */
            crv: string;
            /** @description `ES256`. */
            alg: string;
            /** @description `sig`. */
            use: string;
            /**
             * Format: uuid
             * @description The name by which assertions refer to the key.
             */
            kid: string;
            /** @description The x coordinate in base64url. */
            x: string;
            /** @description The y coordinate in base64url. */
            y: string;
        };
        /** @description A set of keys. */
        KeySet: {
            /** @description The keys that sign or will, and those whose assertions may still be good. */
            keys: components["schemas"]["JsonWebKey"][];
        };
        /**
         * @description The state of a `session_key` at WeChat.
         * @enum {string}
         */
        KeyState: "live" | "stale";
        /** @description A `session_key` on record at the time of the failure, without the key itself. */
        KeyThenBody: {
            /**
             * Format: int32
             * @description Its number in the history of the user's keys at the app.
             */
            generation: number;
            /**
             * Format: int64
             * @description How long before the failure WeChat had given it out, in seconds.
             */
            age_seconds: number;
            /** @description Whether a newer one had taken its place. */
            superseded: boolean;
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
            /** @description Whether the user is registered. */
            state: components["schemas"]["State"];
            /** @description When it was opened. */
            created_at: components["schemas"]["Moment"];
            /** @description When it was last used, to the minute. */
            last_seen_at: components["schemas"]["Moment"];
            /** @description When it expires if it is not used. */
            expires_at: components["schemas"]["Moment"];
            /** @description The client's user agent at login. */
            user_agent?: string | null;
            /** @description The client's address at login. */
            ip?: string | null;
            /** @description Whether this is the session of the request. */
            current: boolean;
        };
        /** @description A successful login. */
        LoginAnswer: components["schemas"]["Grant"] & {
            /** @description Whether the user is registered. If not, continue with `POST /v1/register`. */
            state: components["schemas"]["State"];
            user?: components["schemas"]["User"] | null;
        };
        /** @description A code to log in with. */
        LoginRequest: {
            /** @description The Mini Program's app id. */
            app_id: string;
            /** @description The code from `wx.login`: valid for five minutes and one use. */
            code: string;
        };
        /**
         * Format: date-time
         * @description A point in time in a body: RFC 3339 in UTC, to the millisecond.
         */
        Moment: string;
        /** @description Decrypted open data. */
        OpenDataAnswer: {
            /** @description The JSON object that WeChat encrypted, unchanged. */
            data: Record<string, never>;
        };
        /** @description Open data from a `wx` call, with `rawData` and `signature` if the call gave them. */
        OpenDataRequest: {
            /** @description `encryptedData`: standard base64, exactly as `wx` gave it. */
            encrypted_data: string;
            /** @description `iv`: 16 bytes in standard base64, exactly as `wx` gave it. */
            iv: string;
            /** @description `rawData`: the string exactly as `wx` gave it, not parsed and serialised again. Needs `signature`. */
            raw_data?: string | null;
            /** @description `signature`: 40 hexadecimal digits in lower case. Needs `raw_data`. */
            signature?: string | null;
        };
        /** @description The user's phone number. */
        Phone: {
            /**
             * @description The whole number, in the form of E.164.
             * @example +8613800138000
             */
            phone: string;
            /** @description Since when the user has it here. */
            bound_at: components["schemas"]["Moment"];
        };
        /** @description A code of the phone button. */
        PhoneRequest: {
            /** @description `code` of `bindgetphonenumber`: valid for five minutes and one use. Not the code of `wx.login`. */
            code: string;
        };
        /** @description A failure (RFC 9457). */
        Problem: {
            /**
             * @description The code as a URN.
             * @example urn:yaoshi:problem:code_used
             */
            type: string;
            /**
             * @description What happened, the same for every occurrence. In Chinese if `Accept-Language` prefers it, otherwise in
             *     English.
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
             * @description What happened this time, for people. In the language of the title.
             * @example A code works once.
             */
            detail: string;
            /**
             * @description The stable name of the failure.
             * @enum {string}
             */
            code: "invalid_code" | "code_used" | "phone_code_given" | "code_exchange_lost" | "wechat_user_blocked" | "user_blocked" | "user_erased" | "login_too_old" | "login_in_progress" | "login_cut_off" | "unknown_app" | "wechat_rate_limited" | "wechat_unavailable" | "wechat_refused_misconfigured" | "wechat_refused_address" | "wechat_refused_frozen" | "wechat_refused_confirmation" | "wechat_refused_quota" | "wechat_refused_permission" | "wechat_refused_unlisted" | "missing_token" | "invalid_token" | "session_expired" | "session_revoked" | "missing_service" | "invalid_service" | "missing_scope" | "service_app_refused" | "session_ended" | "session_key_stale" | "offer_not_configured" | "app_key_not_configured" | "not_signed_in" | "wrong_password" | "totp_required" | "viewer_only" | "foreign_origin" | "not_registered" | "signature_mismatch" | "undecryptable" | "stale_data" | "not_user_info" | "registration_not_allowed" | "invalid_phone_code" | "login_code_given" | "phone_code_used" | "phone_code_lost" | "phone_in_progress" | "phone_taken" | "phone_unavailable" | "encrypted_phone_refused" | "no_phone" | "no_such_session" | "no_such_user" | "no_such_push" | "push_not_for_back_end" | "no_such_delivery" | "webhook_not_configured" | "no_public_url" | "malformed_json" | "incomplete_body" | "missing_field" | "wrong_type" | "invalid_field" | "unknown_field" | "push_refused" | "push_too_old" | "push_unanswered" | "unsupported_media_type" | "payload_too_large" | "not_found" | "method_not_allowed" | "rate_limited" | "request_timeout" | "overloaded" | "draining" | "clock_wrong" | "store_unavailable" | "key_unavailable" | "key_lost" | "internal";
            /**
             * @description What the client should do: `login_again` (`wx.login`, then `POST /v1/login`), `collect_again` (repeat the wx call that collected the data, then resend; the session is still good), `register` (go to registration), `retry` (send the same request again after `Retry-After`), `fix_request` (nothing at run time: the request is wrong), `operator` (nothing: the operator of the server must act).
             * @enum {string}
             */
            recover: "login_again" | "collect_again" | "register" | "retry" | "fix_request" | "operator";
            /**
             * @description The request's id, as in the `X-Request-Id` header and in the server's log.
             * @example 5f3a9c01-000000002a
             */
            request_id: string;
            /**
             * @description The wrong field, or the first of several.
             * @example iv
             */
            field?: string | null;
            /** @description All wrong fields, if there is more than one. */
            errors?: components["schemas"]["FieldProblem"][];
        };
        /** @description A change to the profile. A field that is left out keeps its value; `null` clears it. */
        ProfileRequest: {
            /** @description At most 64 characters, any script, emoji included. */
            nickname?: string | null;
            /** @description An http or https URL of at most 1024 visible ASCII characters. */
            avatar_url?: string | null;
            /**
             * Format: int32
             * @description WeChat's number: 0 unknown, 1 male, 2 female.
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
        /**
         * @description What to register with: the result of a `wx.getUserInfo` call after the login, or a code of the phone
         *     button.
         */
        RegisterRequest: {
            /** @description `rawData`: the string exactly as `wx` gave it, not parsed and serialised again. */
            raw_data?: string | null;
            /** @description `signature`: 40 hexadecimal digits in lower case. */
            signature?: string | null;
            /** @description `encryptedData`: standard base64, exactly as `wx` gave it. */
            encrypted_data?: string | null;
            /** @description `iv`: 16 bytes in standard base64, exactly as `wx` gave it. */
            iv?: string | null;
            /** @description `code` of `bindgetphonenumber`, in the place of all other fields. */
            phone_code?: string | null;
        };
        /** @description Where libraries find what this server offers. */
        ServerMetadata: {
            /** @description The server, as assertions name it. */
            issuer: string;
            /** @description Where tokens are introspected. */
            introspection_endpoint: string;
            /** @description How services authenticate there. */
            introspection_endpoint_auth_methods_supported: string[];
            /** @description Where the keys of assertions are. */
            jwks_uri: string;
            /** @description The grants of OAuth that are supported: none. Codes of `wx.login` are no grant of OAuth. */
            response_types_supported: string[];
            /** @description The same. */
            grant_types_supported: string[];
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
            /** @description When it expires if it is not used. */
            expires_at: components["schemas"]["Moment"];
        };
        /** @description The session of a token. */
        SessionAnswer: {
            /** @description Whether the user is registered. */
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
        /** @description A reference to a session. */
        SessionRef: {
            /**
             * Format: uuid
             * @description The session's id, for lists and logs. It is no credential.
             */
            id: string;
        };
        /** @description A session of a user, named by a service: by exactly one of the two. */
        SessionReferenceRequest: {
            /** @description The session's token, as the client sent it. */
            token?: string | null;
            /** @description The session's id. */
            session_id?: string | null;
        };
        /** @description Signatures: 64 hexadecimal digits in lower case each. */
        SignatureAnswer: {
            /**
             * @description Exactly the text that was signed, where the request had `sign_data`. Pass on this text: one that was
             *     parsed and written again has another signature.
             */
            sign_data?: string | null;
            /** @description The signature with the session_key. */
            signature: string;
            /** @description The payment signature, under the appKey of the offer. The kind `phone_calendar` has none. */
            pay_sig?: string | null;
        };
        /**
         * @description What is to be signed, and whose session_key signs. The user is named by exactly one of `token` and
         *     `session_id`.
         */
        SignatureRequest: {
            /** @description The session's token, as the client sent it. */
            token?: string | null;
            /** @description The session's id. */
            session_id?: string | null;
            /**
             * @description What is signed.
             * @enum {string}
             */
            kind: "virtual_payment" | "subscribe" | "common_payment" | "midas_game_item" | "xpay" | "game" | "phone_calendar";
            /**
             * @description The `signData` of a function: a text with a JSON object. It is signed exactly as it is. Of the kinds
             *     `virtual_payment`, `subscribe`, `common_payment` and `midas_game_item`.
             */
            sign_data?: string | null;
            /**
             * @description The path of the call, such as `/xpay/currency_pay` (kinds `xpay` and `game`), or of the page that an
             *     entry of the calendar opens (kind `phone_calendar`).
             */
            path?: string | null;
            /**
             * @description The body of the call: a text with a JSON object. It is signed exactly as it is. Of the kinds `xpay` and
             *     `game`.
             */
            body?: string | null;
            /**
             * Format: int32
             * @description Where the payment is made: 0 with money, 1 in the sandbox. Required with `sign_data` and `body`.
             */
            env?: number | null;
            /** @description The offer whose appKey signs. By default the one in `sign_data` or `body`, or else the app's only one. */
            offer_id?: string | null;
            /**
             * @description With `live`, WeChat is asked first whether the session_key is live.
             * @enum {string}
             */
            check?: "live";
        };
        /**
         * @description Whether the user of a session is registered.
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
            /** @description The nickname. May be empty. */
            nickname: string;
            /** @description The URL of the avatar. May be empty. */
            avatar_url: string;
            /**
             * Format: int32
             * @description WeChat's number: 0 unknown, 1 male, 2 female.
             */
            gender: number;
            /** @description The language of the user's WeChat. May be empty. */
            language: string;
            /** @description May be empty. */
            country: string;
            /** @description May be empty. */
            province: string;
            /** @description May be empty. */
            city: string;
            /** @description When the user registered. */
            created_at: components["schemas"]["Moment"];
            /** @description When the profile last changed. */
            updated_at: components["schemas"]["Moment"];
        };
        /** @description A reference to a user. */
        UserRef: {
            /**
             * Format: uuid
             * @description The user's id.
             */
            id: string;
        };
        /**
         * @description Whether a user may sign in.
         * @enum {string}
         */
        UserStatus: "active" | "blocked" | "erased";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeySet"];
                };
            };
        };
    };
    getMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metadata */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerMetadata"];
                };
            };
            /** @description `no_public_url` */
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
            /** @description `rate_limited` */
            429: {
                headers: {
                    /** @description What is left of it: `r` requests, and in `t` seconds another. */
                    RateLimit?: string;
                    /** @description The limit that refused the request: its name, `q` requests in `w` seconds. */
                    "RateLimit-Policy"?: string;
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
            /** @description `rate_limited` */
            429: {
                headers: {
                    /** @description What is left of it: `r` requests, and in `t` seconds another. */
                    RateLimit?: string;
                    /** @description The limit that refused the request: its name, `q` requests in `w` seconds. */
                    "RateLimit-Policy"?: string;
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
    introspect: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["IntrospectRequest"];
            };
        };
        responses: {
            /** @description The state of the token */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntrospectAnswer"];
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
            /** @description `missing_service`, `invalid_service` */
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
            /** @description `missing_scope`, `service_app_refused` */
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
            /** @description `missing_field`, `wrong_type`, `invalid_field` */
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
            /** @description `rate_limited` */
            429: {
                headers: {
                    /** @description What is left of it: `r` requests, and in `t` seconds another. */
                    RateLimit?: string;
                    /** @description The limit that refused the request: its name, `q` requests in `w` seconds. */
                    "RateLimit-Policy"?: string;
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
            /** @description `draining`, `clock_wrong`, `store_unavailable`, `request_timeout`, `overloaded` */
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
    getAccessToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccessTokenRequest"];
            };
        };
        responses: {
            /** @description The token */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessTokenAnswer"];
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
            /** @description `missing_service`, `invalid_service` */
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
            /** @description `missing_scope`, `service_app_refused` */
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
            /** @description `rate_limited` */
            429: {
                headers: {
                    /** @description What is left of it: `r` requests, and in `t` seconds another. */
                    RateLimit?: string;
                    /** @description The limit that refused the request: its name, `q` requests in `w` seconds. */
                    "RateLimit-Policy"?: string;
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
            /** @description `wechat_refused_misconfigured`, `wechat_refused_address`, `wechat_refused_frozen`, `wechat_refused_confirmation`, `wechat_refused_permission`, `wechat_refused_quota`, `wechat_refused_unlisted` */
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
            /** @description `wechat_rate_limited`, `wechat_unavailable`, `store_unavailable`, `request_timeout`, `overloaded` */
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
    getEncryptKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionReferenceRequest"];
            };
        };
        responses: {
            /** @description The keys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EncryptKeysAnswer"];
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
            /** @description `missing_service`, `invalid_service` */
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
            /** @description `missing_scope`, `service_app_refused`, `user_blocked` */
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
            /** @description `session_ended`, `session_key_stale`, `key_lost` */
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
            /** @description `missing_field`, `wrong_type`, `invalid_field` */
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
            /** @description `rate_limited` */
            429: {
                headers: {
                    /** @description What is left of it: `r` requests, and in `t` seconds another. */
                    RateLimit?: string;
                    /** @description The limit that refused the request: its name, `q` requests in `w` seconds. */
                    "RateLimit-Policy"?: string;
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
            /** @description `wechat_refused_misconfigured`, `wechat_refused_address`, `wechat_refused_frozen`, `wechat_refused_confirmation`, `wechat_refused_permission`, `wechat_refused_quota`, `wechat_refused_unlisted` */
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
            /** @description `wechat_rate_limited`, `wechat_unavailable`, `store_unavailable`, `request_timeout`, `overloaded` */
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
    sign: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignatureRequest"];
            };
        };
        responses: {
            /** @description The signatures */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignatureAnswer"];
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
            /** @description `missing_service`, `invalid_service` */
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
            /** @description `missing_scope`, `service_app_refused`, `user_blocked` */
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
            /** @description `session_ended`, `session_key_stale`, `key_lost`, `offer_not_configured`, `app_key_not_configured` */
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
            /** @description `rate_limited` */
            429: {
                headers: {
                    /** @description What is left of it: `r` requests, and in `t` seconds another. */
                    RateLimit?: string;
                    /** @description The limit that refused the request: its name, `q` requests in `w` seconds. */
                    "RateLimit-Policy"?: string;
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
            /** @description `wechat_refused_misconfigured`, `wechat_refused_address`, `wechat_refused_frozen`, `wechat_refused_confirmation`, `wechat_refused_permission`, `wechat_refused_quota`, `wechat_refused_unlisted` */
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
            /** @description `wechat_rate_limited`, `wechat_unavailable`, `store_unavailable`, `request_timeout`, `overloaded` */
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
    getUserByOpenid: {
        parameters: {
            query: {
                /**
                 * @description The app's id.
                 * @example wx0123456789abcdef
                 */
                app_id: string;
                /**
                 * @description The user's openid at the app.
                 * @example oX9bq4rVfXc1Jt2mYyZ0aBcDeFgH
                 */
                openid: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user with this openid */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundUserAnswer"];
                };
            };
            /** @description `missing_service`, `invalid_service` */
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
            /** @description `missing_scope`, `service_app_refused` */
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
            /** @description `no_such_user` */
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
            /** @description `invalid_field`, `missing_field` */
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
            /** @description `rate_limited` */
            429: {
                headers: {
                    /** @description What is left of it: `r` requests, and in `t` seconds another. */
                    RateLimit?: string;
                    /** @description The limit that refused the request: its name, `q` requests in `w` seconds. */
                    "RateLimit-Policy"?: string;
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
    getUserById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The user's id.
                 * @example 019b76da-c9f1-7d10-9b55-0a8e6f7d2c31
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user with this id */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundUserAnswer"];
                };
            };
            /** @description `missing_service`, `invalid_service` */
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
            /** @description `missing_scope`, `service_app_refused` */
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
            /** @description `no_such_user` */
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
            /** @description `invalid_field`, `missing_field` */
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
            /** @description `rate_limited` */
            429: {
                headers: {
                    /** @description What is left of it: `r` requests, and in `t` seconds another. */
                    RateLimit?: string;
                    /** @description The limit that refused the request: its name, `q` requests in `w` seconds. */
                    "RateLimit-Policy"?: string;
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
            /** @description `malformed_json`, `incomplete_body`, `invalid_code`, `phone_code_given`, `code_used`, `code_exchange_lost` */
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
            /** @description `rate_limited` */
            429: {
                headers: {
                    /** @description What is left of it: `r` requests, and in `t` seconds another. */
                    RateLimit?: string;
                    /** @description The limit that refused the request: its name, `q` requests in `w` seconds. */
                    "RateLimit-Policy"?: string;
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
            /** @description `wechat_refused_misconfigured`, `wechat_refused_address`, `wechat_refused_frozen`, `wechat_refused_confirmation`, `wechat_refused_permission`, `wechat_refused_quota`, `wechat_refused_unlisted` */
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
            /** @description `wechat_rate_limited`, `wechat_unavailable`, `login_in_progress`, `login_cut_off`, `key_unavailable`, `store_unavailable`, `request_timeout`, `overloaded` */
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
            /** @description `user_blocked`, `not_registered` */
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
            /** @description The changed user, as with `PATCH` */
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
            /** @description `user_blocked`, `not_registered` */
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
    eraseUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The data is erased */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasureBody"];
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
            /** @description `user_blocked`, `not_registered`, `login_too_old` */
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
            /** @description The changed user */
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
            /** @description `user_blocked`, `not_registered` */
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
    exportUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The data */
            200: {
                headers: {
                    /** @description A name for the file. */
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Export"];
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
            /** @description `user_blocked`, `not_registered` */
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
            /** @description `rate_limited` */
            429: {
                headers: {
                    /** @description What is left of it: `r` requests, and in `t` seconds another. */
                    RateLimit?: string;
                    /** @description The limit that refused the request: its name, `q` requests in `w` seconds. */
                    "RateLimit-Policy"?: string;
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
    getPhone: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The number */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Phone"];
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
            /** @description `user_blocked`, `not_registered` */
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
            /** @description `no_phone` */
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
    bindPhone: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The client's name for this attempt, new for every tap of the button: 8 to 128 visible ASCII characters.
                 * @example 0c2ff0a2-90a1-4d0e-8b6c-f5b8a3b1c7d4
                 */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhoneRequest"];
            };
        };
        responses: {
            /** @description The number is the user's */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Phone"];
                };
            };
            /** @description `malformed_json`, `incomplete_body`, `invalid_phone_code`, `login_code_given`, `phone_code_used`, `phone_code_lost` */
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
            /** @description `user_blocked`, `not_registered` */
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
            /** @description `phone_taken` */
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
            /** @description `missing_field`, `wrong_type`, `invalid_field`, `encrypted_phone_refused` */
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
            /** @description `rate_limited` */
            429: {
                headers: {
                    /** @description What is left of it: `r` requests, and in `t` seconds another. */
                    RateLimit?: string;
                    /** @description The limit that refused the request: its name, `q` requests in `w` seconds. */
                    "RateLimit-Policy"?: string;
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
            /** @description `wechat_refused_misconfigured`, `wechat_refused_address`, `wechat_refused_frozen`, `wechat_refused_confirmation`, `wechat_refused_permission`, `wechat_refused_quota`, `wechat_refused_unlisted` */
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
            /** @description `wechat_rate_limited`, `wechat_unavailable`, `phone_in_progress`, `phone_unavailable`, `key_unavailable`, `store_unavailable`, `request_timeout`, `overloaded` */
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
    unbindPhone: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user has no number */
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
            /** @description `user_blocked`, `not_registered` */
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
            /** @description The refreshed user */
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
            /** @description `user_blocked`, `not_registered` */
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
            /** @description `missing_field`, `wrong_type`, `invalid_field`, `signature_mismatch`, `undecryptable`, `stale_data`, `not_user_info` */
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
            header?: {
                /**
                 * @description The client's name for this attempt, new for every tap of the phone button: 8 to 128 visible ASCII characters. Open data can be repeated without.
                 * @example 0c2ff0a2-90a1-4d0e-8b6c-f5b8a3b1c7d4
                 */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterRequest"];
            };
        };
        responses: {
            /** @description The user was registered before */
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
            /** @description `malformed_json`, `incomplete_body`, `invalid_phone_code`, `login_code_given`, `phone_code_used`, `phone_code_lost` */
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
            /** @description `user_blocked`, `registration_not_allowed` */
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
            /** @description `key_lost`, `phone_taken` */
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
            /** @description `missing_field`, `wrong_type`, `invalid_field`, `signature_mismatch`, `undecryptable`, `stale_data`, `not_user_info` */
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
            /** @description `rate_limited` */
            429: {
                headers: {
                    /** @description What is left of it: `r` requests, and in `t` seconds another. */
                    RateLimit?: string;
                    /** @description The limit that refused the request: its name, `q` requests in `w` seconds. */
                    "RateLimit-Policy"?: string;
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
            /** @description `wechat_refused_misconfigured`, `wechat_refused_address`, `wechat_refused_frozen`, `wechat_refused_confirmation`, `wechat_refused_permission`, `wechat_refused_quota`, `wechat_refused_unlisted` */
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
            /** @description `phone_in_progress`, `phone_unavailable`, `key_unavailable`, `wechat_rate_limited`, `wechat_unavailable`, `store_unavailable`, `request_timeout`, `overloaded` */
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
    checkSessionKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description WeChat's answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckAnswer"];
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
            /** @description `wechat_refused_misconfigured`, `wechat_refused_address`, `wechat_refused_frozen`, `wechat_refused_confirmation`, `wechat_refused_permission`, `wechat_refused_quota`, `wechat_refused_unlisted` */
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
            /** @description `wechat_rate_limited`, `wechat_unavailable`, `store_unavailable`, `request_timeout`, `overloaded` */
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
    verify: {
        parameters: {
            query?: {
                /**
                 * @description With `allow`, users who have not registered pass. By default they get 403.
                 * @example allow
                 */
                unregistered?: string;
                /**
                 * @description For whom the assertion is meant: its `aud`.
                 * @example orders
                 */
                aud?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token is valid, and the headers say whose it is */
            200: {
                headers: {
                    /** @description The app's id. */
                    "X-Yaoshi-App"?: string;
                    /** @description The same as a JWT of five minutes at most. Missing where the user is not registered, and where the server has no `http.public_url`. */
                    "X-Yaoshi-Assertion"?: string;
                    /** @description The user's openid at the app. */
                    "X-Yaoshi-Openid"?: string;
                    /** @description The session's id. */
                    "X-Yaoshi-Session"?: string;
                    /** @description `registered` or `unregistered`. */
                    "X-Yaoshi-State"?: string;
                    /** @description The user's id. Missing where the user is not registered. */
                    "X-Yaoshi-User"?: string;
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
            /** @description `user_blocked`, `not_registered` */
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
    verifyPushUrl: {
        parameters: {
            query?: {
                /** @description The signature of Token, timestamp and nonce. */
                signature?: string;
                /** @description The signature of these and of the encrypted message. */
                msg_signature?: string;
                /** @description When it was signed, in seconds since the Unix epoch. */
                timestamp?: string;
                /** @description What makes the signature different each time. */
                nonce?: string;
                /** @description What is returned where WeChat verifies the address. */
                echostr?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The app's id.
                 * @example wx0123456789abcdef
                 */
                app_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `echostr`, as it was sent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `push_refused` */
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
            /** @description `invalid_field`, `unknown_app` */
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
    receivePush: {
        parameters: {
            query?: {
                /** @description The signature of Token, timestamp and nonce. */
                signature?: string;
                /** @description The signature of these and of the encrypted message. */
                msg_signature?: string;
                /** @description When it was signed, in seconds since the Unix epoch. */
                timestamp?: string;
                /** @description What makes the signature different each time. */
                nonce?: string;
                /** @description What is returned where WeChat verifies the address. */
                echostr?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The app's id.
                 * @example wx0123456789abcdef
                 */
                app_id: string;
            };
            cookie?: never;
        };
        /** @description The message in XML, or the same in JSON. */
        requestBody: {
            content: {
                "text/xml": string;
            };
        };
        responses: {
            /** @description `success`, or what a back end of the team answered, in the form of the message */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `push_too_old` */
            400: {
                headers: {
                    /** @description The request's id. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `push_refused` */
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
            /** @description `invalid_field`, `unknown_app` */
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
            /** @description `push_unanswered`, `key_unavailable`, `store_unavailable`, `request_timeout`, `overloaded` */
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
