"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.createYaoshiWith = createYaoshiWith;
const account_js_1 = require("./account.js");
const collect_js_1 = require("./collect.js");
const phone_js_1 = require("./phone.js");
const request_js_1 = require("./request.js");
const server_js_1 = require("./server.js");
const token_store_js_1 = require("./token-store.js");
const url_js_1 = require("./url.js");
const wx_js_1 = require("./wx.js");
/** Accounts by storage, then by app and server. */
const accounts = new WeakMap();
/** How many pages of at most 100 sessions `endOthers` fetches at most. */
const MAX_PAGES = 10;
/** Creates a client with the given clock, random numbers and timers. */
function createYaoshiWith(runtime, options) {
    var _a;
    const baseUrl = options.baseUrl.replace(/\/+$/, '');
    const account = accountFor(Object.assign(Object.assign({}, options), { baseUrl }), runtime);
    const { server } = account;
    const allowedOrigins = [baseUrl, ...((_a = options.origins) !== null && _a !== void 0 ? _a : [])].map(url_js_1.originOf);
    /** Sends a registration, unless the user logged out since `epoch`. */
    const sendRegistration = (parts, epoch) => {
        const send = async () => {
            account.assertCurrent(epoch);
            const registration = await server.send('POST /v1/register', parts);
            await account.accept(epoch, registration, registration.user);
            return registration.user;
        };
        return account.replaceToken(send());
    };
    const register = async (collect) => {
        const state = await account.logIn();
        if (state.kind === 'registered') {
            return state.user;
        }
        const { epoch } = account;
        return (0, collect_js_1.collectAndSend)(account, collect, (data, token) => sendRegistration({ token, body: (0, collect_js_1.signedBody)(data) }, epoch));
    };
    const registerByPhone = async (tap) => {
        const { code, idempotencyKey } = await account.phoneButton.codeOf(tap);
        const state = await account.logIn();
        if (state.kind === 'registered') {
            return state.user;
        }
        const { epoch } = account;
        return account.withToken((token) => sendRegistration({ token, body: { phone_code: code }, idempotencyKey }, epoch));
    };
    const openData = async (collect) => {
        const { data } = await (0, collect_js_1.collectAndSend)(account, collect, (data, token) => server.send('POST /v1/open-data', { token, body: (0, collect_js_1.collectedBody)(data) }));
        return data;
    };
    return {
        get state() {
            return account.state;
        },
        on: (_event, listener) => account.subscribe(listener),
        start: () => account.start(),
        login: () => account.logIn(),
        register,
        registerByPhone,
        openData,
        phone: (0, phone_js_1.phoneOf)(account),
        profile: profileOf(account),
        sessions: sessionsOf(account),
        checkSession: (options) => ((options === null || options === void 0 ? void 0 : options.atServer) ? account.checkKeyAtServer() : account.checkKey()),
        request: (0, request_js_1.requestWithToken)(account, allowedOrigins),
        logout: () => account.logOut(),
    };
}
function profileOf(account) {
    const { server } = account;
    return {
        get: async () => account.updateUser(await account.withToken((token) => server.send('GET /v1/me', { token }))),
        update: async (body) => account.updateUser(await account.withToken((token) => server.send('POST /v1/me', { token, body }))),
        refresh: async (collect) => account.updateUser(await (0, collect_js_1.collectAndSend)(account, collect, (data, token) => server.send('POST /v1/me/profile', { token, body: (0, collect_js_1.collectedBody)(data) }))),
    };
}
function sessionsOf(account) {
    const { server } = account;
    const list = async () => (await account.withToken((token) => server.send('GET /v1/sessions', { token }))).sessions;
    const endElsewhere = (id) => account
        .withToken((token) => server.send('DELETE /v1/sessions/{id}', { token, id }))
        .catch((error) => {
        if (error.code !== 'no_such_session') {
            throw error;
        }
    });
    return {
        list,
        end: async (id) => {
            const { sessionId } = await account.ensureGrant();
            await (sessionId === id ? account.logOut() : endElsewhere(id));
        },
        endOthers: async () => {
            for (let page = 0; page < MAX_PAGES; page++) {
                const others = (await list()).filter(({ current }) => !current);
                if (others.length === 0) {
                    return;
                }
                for (const { id } of others) {
                    await endElsewhere(id);
                }
            }
        },
        endAll: async () => {
            await account.withToken((token) => server.send('DELETE /v1/sessions', { token }));
            await account.signOutLocally();
        },
    };
}
function accountFor(options, runtime) {
    var _a, _b, _c;
    const { storage, appId, baseUrl } = options;
    const platform = (_a = options.wx) !== null && _a !== void 0 ? _a : wx;
    const owner = storage !== null && storage !== void 0 ? storage : platform;
    const key = `yaoshi:${appId}:${baseUrl}`;
    const known = (_b = accounts.get(owner)) !== null && _b !== void 0 ? _b : new Map();
    accounts.set(owner, known);
    const account = (_c = known.get(key)) !== null && _c !== void 0 ? _c : new account_js_1.Account(new server_js_1.Server(platform, baseUrl, appId, runtime), new token_store_js_1.TokenStore(storage !== null && storage !== void 0 ? storage : (0, wx_js_1.wxStorage)(platform), key));
    known.set(key, account);
    return account;
}
