"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.createYaoshiIn = createYaoshiIn;
const account_js_1 = require("./account.js");
const address_js_1 = require("./address.js");
const collecting_js_1 = require("./collecting.js");
const keeping_js_1 = require("./keeping.js");
const phone_js_1 = require("./phone.js");
const requesting_js_1 = require("./requesting.js");
const server_js_1 = require("./server.js");
/** Accounts by what keeps their tokens, then by app and server. */
const accounts = new WeakMap();
/** How often `endOthers` asks for another hundred sessions at most. */
const MOST_LISTS = 10;
/** Makes a client that takes time and chance from its caller. */
function createYaoshiIn(surroundings, options) {
    var _a;
    const baseUrl = options.baseUrl.replace(/\/+$/, '');
    const account = accountOf(Object.assign(Object.assign({}, options), { baseUrl }), surroundings);
    const { server } = account;
    const known = [baseUrl, ...((_a = options.origins) !== null && _a !== void 0 ? _a : [])].map(address_js_1.origin);
    const register = async (collect) => {
        const state = await account.logIn();
        if (state.kind === 'registered') {
            return state.user;
        }
        const moment = account.moment();
        const send = async (data, token) => {
            account.assertWanted(moment);
            const answer = await server.send('POST /v1/register', { token, body: (0, collecting_js_1.signedBody)(data) });
            await account.accept(moment, answer, answer.user);
            return answer.user;
        };
        return (0, collecting_js_1.sendCollected)(account, collect, (data, token) => account.replacing(send(data, token)));
    };
    const openData = async (collect) => {
        const { data } = await (0, collecting_js_1.sendCollected)(account, collect, (data, token) => server.send('POST /v1/open-data', { token, body: (0, collecting_js_1.collectedBody)(data) }));
        return data;
    };
    return {
        get state() {
            return account.state;
        },
        on: (_event, listener) => account.on(listener),
        start: () => account.start(),
        login: () => account.logIn(),
        register,
        openData,
        profile: profileOf(account),
        sessions: sessionsOf(account),
        checkSession: () => account.checkKey(),
        request: (0, requesting_js_1.requestOf)(account, known),
        logout: () => account.logOut(),
    };
}
function profileOf(account) {
    const { server } = account;
    return {
        get: async () => account.learn(await account.withToken((token) => server.send('GET /v1/me', { token }))),
        update: async (body) => account.learn(await account.withToken((token) => server.send('POST /v1/me', { token, body }))),
        refresh: async (collect) => account.learn(await (0, collecting_js_1.sendCollected)(account, collect, (data, token) => server.send('POST /v1/me/profile', { token, body: (0, collecting_js_1.collectedBody)(data) }))),
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
            await ((await account.hold()).sessionId === id ? account.logOut() : endElsewhere(id));
        },
        endOthers: async () => {
            for (let lists = 0; lists < MOST_LISTS; lists++) {
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
            await account.forget();
        },
    };
}
function accountOf(options, surroundings) {
    var _a, _b, _c;
    const { storage, appId, baseUrl } = options;
    const phone = (_a = options.wx) !== null && _a !== void 0 ? _a : wx;
    const keeper = storage !== null && storage !== void 0 ? storage : phone;
    const name = `yaoshi:${appId}:${baseUrl}`;
    const kept = (_b = accounts.get(keeper)) !== null && _b !== void 0 ? _b : new Map();
    accounts.set(keeper, kept);
    const account = (_c = kept.get(name)) !== null && _c !== void 0 ? _c : new account_js_1.Account(new server_js_1.Server(phone, baseUrl, appId, surroundings), new keeping_js_1.Keeping(storage !== null && storage !== void 0 ? storage : (0, phone_js_1.phoneStorage)(phone), name));
    kept.set(name, account);
    return account;
}
