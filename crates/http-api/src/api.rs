mod use_case_ports;

use std::sync::Arc;

use domain::{
    access_token::{AccessTokens, GetAccessToken},
    account::{EraseSelf, EraseUser},
    app::Apps,
    assertion::{AssertionSigner, IssueAssertion, Issuer, SigningKeyRing},
    diagnosis::Failures,
    encrypted_channel::{EncryptKeys, GetEncryptKeys},
    export::{ExportSelf, ExportUser},
    hourly_count::Tally,
    identity::Pseudonyms,
    ids::Ids,
    introspection::{Introspect, IntrospectPorts},
    login::{CodeExchange, Login},
    open_data::{DecryptOpenData, Opener},
    phone::{BindPhone, BlindIndex, ConfirmPhones, GetPhone, PhoneNumbers, UnbindPhone},
    profile::{ChangeProfile, GetUser, RefreshProfile, RefreshProfilePorts},
    push::{PushReader, PushRelay, ReceivePush, RelayPush},
    registration::Register,
    service::Services,
    session::{
        Authenticate, CheckSessionKey, EndAllSessions, EndOtherSession, EndSession, FindSessionDetails,
        ListSessions, SessionCache, SessionLifetime, Tokens, Touches,
    },
    session_key_check::{ResetSessionKeys, SessionKeyCheck},
    signature::{Sign, Signer},
    store::Store,
    tasks::Tasks,
    time::Clock,
    user::FindUser,
    verification::{Verify, VerifyPorts},
};

use crate::{limits::Limits, openapi::Documentation, policy::HttpPolicy, readiness::Readiness};

/// What the use cases behind the routes need of the world: every port, and the rules that are
/// configured.
#[derive(Clone)]
pub struct Ports {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Exchanges codes at WeChat.
    pub exchange: Arc<dyn CodeExchange>,
    /// Asks WeChat about session_keys.
    pub session_key_check: Arc<dyn SessionKeyCheck>,
    /// Gets the keys of encrypted channels.
    pub encrypt_keys: Arc<dyn EncryptKeys>,
    /// Exchanges phone codes at WeChat.
    pub phone_numbers: Arc<dyn PhoneNumbers>,
    /// Finds phone numbers; `None` where no index key is configured.
    pub phone_index: Option<Arc<dyn BlindIndex>>,
    /// Verifies and reads what WeChat pushes.
    pub push_reader: Arc<dyn PushReader>,
    /// Passes pushes on to back ends.
    pub push_relay: Arc<dyn PushRelay>,
    /// Signs with session_keys and appKeys.
    pub signer: Arc<dyn Signer>,
    /// Signs assertions.
    pub assertion_signer: Arc<dyn AssertionSigner>,
    /// The keys that sign assertions, as this process knows them.
    pub signing_keys: Arc<SigningKeyRing>,
    /// This server's own address; `None` where it is not configured, and nothing is asserted.
    pub issuer: Option<Issuer>,
    /// Opens what clients collected, and seals tokens.
    pub opener: Opener,
    /// Mints and hashes tokens.
    pub tokens: Arc<dyn Tokens>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Mints ids.
    pub ids: Arc<dyn Ids>,
    /// Runs work that outlives its request.
    pub tasks: Arc<dyn Tasks>,
    /// Keeps the access tokens of the apps.
    pub access_tokens: Arc<dyn AccessTokens>,
    /// The apps that are served.
    pub apps: Arc<Apps>,
    /// The team's back ends.
    pub services: Arc<Services>,
    /// The sessions cached in this process.
    pub cache: Arc<SessionCache>,
    /// Where uses of sessions are collected.
    pub touches: Arc<Touches>,
    /// Where failures wait to be diagnosed.
    pub failures: Arc<Failures>,
    /// Where logins and failures are counted.
    pub tally: Arc<Tally>,
    /// Gives people the names that logs call them.
    pub pseudonyms: Arc<dyn Pseudonyms>,
    /// How long sessions live.
    pub lifetime: SessionLifetime,
    /// How many live sessions a person may have.
    pub max_sessions: u32,
}

/// The use cases that the routes call, and what else they need.
pub struct Api {
    /// `POST /v1/login`.
    pub(crate) login: Login,
    /// `POST /v1/register`.
    pub(crate) register: Register,
    /// Every route with a token.
    pub(crate) authenticate: Arc<Authenticate>,
    /// `GET /v1/verify`.
    pub(crate) verify: Verify,
    /// `POST /oauth/introspect`.
    pub(crate) introspect: Introspect,
    /// `DELETE /v1/session`.
    pub(crate) end_session: EndSession,
    /// `DELETE /v1/sessions/{id}`.
    pub(crate) end_other_session: EndOtherSession,
    /// `DELETE /v1/sessions`.
    pub(crate) end_all_sessions: EndAllSessions,
    /// `POST /v1/session/check`.
    pub(crate) check_session_key: CheckSessionKey,
    /// `GET /v1/sessions`.
    pub(crate) list_sessions: ListSessions,
    /// `GET /v1/me`.
    pub(crate) get_user: GetUser,
    /// `DELETE /v1/me`.
    pub(crate) erase_self: EraseSelf,
    /// `GET /v1/me/export`.
    pub(crate) export_self: ExportSelf,
    /// `PATCH /v1/me`.
    pub(crate) change_profile: ChangeProfile,
    /// `POST /v1/me/profile`.
    pub(crate) refresh_profile: RefreshProfile,
    /// `GET /v1/me/phone`.
    pub(crate) get_phone: GetPhone,
    /// `PUT /v1/me/phone`.
    pub(crate) bind_phone: BindPhone,
    /// `DELETE /v1/me/phone`.
    pub(crate) unbind_phone: UnbindPhone,
    /// `POST /v1/open-data`.
    pub(crate) decrypt_open_data: DecryptOpenData,
    /// `POST /service/v1/access-token`.
    pub(crate) get_access_token: GetAccessToken,
    /// `POST /service/v1/encrypt-keys`.
    pub(crate) get_encrypt_keys: GetEncryptKeys,
    /// `POST /service/v1/signatures`.
    pub(crate) sign: Sign,
    /// `/wechat/push/{app_id}`.
    pub(crate) receive_push: ReceivePush,
    /// `GET /service/v1/users`.
    pub(crate) find_user: FindUser,
    /// `GET /.well-known/jwks.json`.
    pub(crate) signing_keys: Arc<SigningKeyRing>,
    /// `GET /.well-known/oauth-authorization-server`.
    pub(crate) issuer: Option<Issuer>,
    /// The services, which routes for them authenticate.
    pub(crate) services: Arc<Services>,
    /// The current time.
    pub(crate) clock: Arc<dyn Clock>,
    /// Hashes the secrets of services.
    pub(crate) tokens: Arc<dyn Tokens>,
    /// The apps that are served: their ids appear in responses.
    pub(crate) apps: Arc<Apps>,
    /// `GET /readyz`.
    pub(crate) readiness: Arc<Readiness>,
    /// Where failures wait to be diagnosed.
    pub(crate) failures: Arc<Failures>,
    /// Where logins and failures are counted.
    pub(crate) tally: Arc<Tally>,
    /// Gives people the names that logs call them.
    pub(crate) pseudonyms: Arc<dyn Pseudonyms>,
    /// What was counted against the limits.
    pub(crate) limits: Arc<Limits>,
    /// The limits and rules for every request.
    pub policy: HttpPolicy,
    /// What the OpenAPI document says about this server. It knows its own URL if that is configured.
    pub documentation: Documentation,
}

impl Api {
    /// The use cases on these ports.
    pub fn new(ports: Ports, readiness: Arc<Readiness>, policy: HttpPolicy) -> Self {
        let confirm = ConfirmPhones::new(ports.confirming());
        let (login, register) = (Login::new(ports.login()), Register::new(ports.register(confirm.clone())));
        let bind_phone = BindPhone::new(ports.binding(confirm));
        let (authenticate, ending) = (Arc::new(Authenticate::new(ports.authenticate())), ports.ending());
        let details = FindSessionDetails::new(Arc::clone(&ports.store), Arc::clone(&ports.clock));
        let details = Arc::new(details);
        let introspect = Introspect::new(IntrospectPorts {
            authenticate: Arc::clone(&authenticate),
            details: Arc::clone(&details),
            apps: Arc::clone(&ports.apps),
        });
        let issue = ports.issuing().map(IssueAssertion::new).map(Arc::new);
        let verify = Verify::new(VerifyPorts { authenticate: Arc::clone(&authenticate), details, issue });
        let encrypt_keys = GetEncryptKeys::new(ports.encrypted_channel());
        let (checking, reset) = (ports.checking(), ResetSessionKeys::new(ports.resetting()));
        let sign = Sign::new(ports.signing());
        let (erase_self, export) = (EraseSelf::new(ports.account()), ExportUser::new(ports.exporting()));
        let relay_push = RelayPush::new(ports.relaying_pushes());
        let erase_user = EraseUser::new(ports.account());
        let receive_push = ReceivePush::new(ports.receiving_pushes(), erase_user, relay_push);
        let limits = Arc::new(Limits::new(policy.limits, &ports.clock));
        let Ports {
            store,
            opener,
            clock,
            ids,
            apps,
            access_tokens,
            services,
            tokens,
            signing_keys,
            issuer,
            failures,
            tally,
            pseudonyms,
            ..
        } = ports;
        let refreshing = RefreshProfilePorts {
            store: Arc::clone(&store),
            opener: opener.clone(),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        };
        let documentation = issuer.as_ref().map_or_else(Documentation::default, |issuer| Documentation {
            server_url: issuer.as_str().to_owned(),
            ..Documentation::default()
        });
        Self {
            login,
            register,
            authenticate,
            verify,
            introspect,
            end_session: EndSession::new(ending.clone()),
            end_other_session: EndOtherSession::new(ending.clone()),
            end_all_sessions: EndAllSessions::new(ending, reset),
            check_session_key: CheckSessionKey::new(checking),
            list_sessions: ListSessions::new(Arc::clone(&store), Arc::clone(&clock)),
            erase_self,
            export_self: ExportSelf::new(export),
            get_user: GetUser::new(Arc::clone(&store), Arc::clone(&clock)),
            get_phone: GetPhone::new(Arc::clone(&store), Arc::clone(&opener.sealer), Arc::clone(&clock)),
            bind_phone,
            find_user: FindUser::new(Arc::clone(&store), Arc::clone(&opener.sealer)),
            unbind_phone: UnbindPhone::new(Arc::clone(&store), Arc::clone(&clock), Arc::clone(&ids)),
            change_profile: ChangeProfile::new(Arc::clone(&store), Arc::clone(&clock), ids),
            refresh_profile: RefreshProfile::new(refreshing),
            decrypt_open_data: DecryptOpenData::new(store, opener, Arc::clone(&clock)),
            get_access_token: GetAccessToken::new(Arc::clone(&apps), access_tokens),
            get_encrypt_keys: encrypt_keys,
            sign,
            receive_push,
            signing_keys,
            issuer,
            services,
            clock,
            tokens,
            apps,
            readiness,
            failures,
            tally,
            pseudonyms,
            limits,
            policy,
            documentation,
        }
    }
}
