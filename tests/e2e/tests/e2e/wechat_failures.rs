//! Whatever WeChat does, the client is told a way out, and the server goes on.

use std::time::Duration;

use e2e::{Api, Reply, Stage, eventually};
use wechat_simulator::{Fault, FaultKind};

const CODE2SESSION: &str = "/sns/jscode2session";

/// Every errcode that code2Session is known to give, and what the client is told.
const ERRCODES: [(i32, u16, &str, &str); 20] = [
    (-1, 503, "wechat_unavailable", "retry"),
    (-7, 503, "wechat_unavailable", "retry"),
    (45011, 503, "wechat_rate_limited", "retry"),
    (40029, 400, "invalid_code", "login_again"),
    (40163, 400, "code_used", "login_again"),
    (42003, 400, "invalid_code", "login_again"),
    (40226, 403, "wechat_user_blocked", "operator"),
    (40001, 502, "wechat_refused_misconfigured", "operator"),
    (40002, 502, "wechat_refused_misconfigured", "operator"),
    (40013, 502, "wechat_refused_misconfigured", "operator"),
    (40014, 502, "wechat_refused_misconfigured", "operator"),
    (40125, 502, "wechat_refused_misconfigured", "operator"),
    (41002, 502, "wechat_refused_misconfigured", "operator"),
    (41004, 502, "wechat_refused_misconfigured", "operator"),
    (41008, 502, "wechat_refused_misconfigured", "operator"),
    (40164, 502, "wechat_refused_address", "operator"),
    (40243, 502, "wechat_refused_frozen", "operator"),
    (50002, 502, "wechat_refused_frozen", "operator"),
    (45009, 502, "wechat_refused_quota", "operator"),
    (87_654, 502, "wechat_refused_unlisted", "operator"),
];

/// Faults that leave it open whether the code was used up.
fn doubtful() -> Vec<FaultKind> {
    let malformed = |body: &str| FaultKind::Malformed { body: Some(body.to_owned()) };
    let status = |status: u16| FaultKind::Status { status, body: None };
    vec![
        status(500),
        status(502),
        status(503),
        status(504),
        FaultKind::Status { status: 200, body: None },
        FaultKind::Truncated,
        FaultKind::Empty,
        FaultKind::Malformed { body: None },
        malformed("null"),
        malformed("[]"),
        malformed("{}"),
        malformed(r#"{"openid":7,"session_key":"AAECAwQFBgcICQoLDA0ODw=="}"#),
        malformed(r#"{"openid":"oA","session_key":"AAECAwQ="}"#),
        malformed(r#"{"openid":"","session_key":"AAECAwQFBgcICQoLDA0ODw=="}"#),
        malformed(r#"{"errcode":"forty"}"#),
        FaultKind::Reset,
        FaultKind::HugeBody { bytes: 1 << 20 },
    ]
}

fn on(kind: FaultKind) -> Fault {
    Fault::on(CODE2SESSION, kind)
}

async fn under(stage: &Stage, fault: Fault, api: &Api, code: &str) -> Reply {
    stage.wechat.set_faults(vec![fault]);
    let reply = api.login(code).send().await;
    stage.wechat.clear_faults();
    reply
}

/// Nothing that went wrong before is felt any more.
async fn all_is_well(stage: &Stage, api: &Api) {
    let login = api.login(&stage.phone().code()).send().await.expect(200);
    api.session(&login.token()).await.expect(200);
}

pub(crate) async fn every_errcode_has_its_way_out(stage: &Stage) {
    let server = stage.server().await;
    let api = server.api();
    for (errcode, status, name, recover) in ERRCODES {
        let code = stage.phone().code();
        let fault = on(FaultKind::Errcode { errcode, errmsg: None });
        let refused = under(stage, fault, api, &code).await;
        let problem = refused.expect_problem(status);
        assert_eq!((&*problem.code, &*problem.recover), (name, recover), "{errcode}");
        if recover == "retry" {
            // The same request once more, as the client was told.
            api.login(&code).send().await.expect(200);
        }
        all_is_well(stage, api).await;
    }
}

pub(crate) async fn every_fault_has_its_way_out(stage: &Stage) {
    let server = stage.server().await;
    let api = server.api();
    for kind in doubtful() {
        let code = stage.phone().code();
        let failed = under(stage, on(kind.clone()), api, &code).await.expect(503);
        failed.expect_recover("wechat_unavailable", "retry");
        api.login(&code).send().await.expect(200);

        let code = stage.phone().code();
        let failed = under(stage, on(kind).consuming(), api, &code).await.expect(503);
        failed.expect_recover("wechat_unavailable", "retry");
        // The code was used up unseen, which the repetition finds out.
        api.login(&code).send().await.expect(400).expect_recover("code_used", "login_again");
        all_is_well(stage, api).await;
    }
}

pub(crate) async fn a_fault_that_passes_goes_unnoticed(stage: &Stage) {
    let server = stage.server().await;
    let api = server.api();
    for kind in doubtful() {
        under(stage, on(kind).times(1), api, &stage.phone().code()).await.expect(200);
    }
    let busy = FaultKind::Errcode { errcode: -1, errmsg: None };
    under(stage, on(busy).times(1), api, &stage.phone().code()).await.expect(200);
}

pub(crate) async fn an_answer_lost_on_the_way_costs_one_more_code(stage: &Stage) {
    let server = stage.server().await;
    let api = server.api();
    let lost = doubtful().into_iter().map(|kind| on(kind).times(1).consuming());
    let cut = ["openid", "session_key"].map(|field| on(FaultKind::MissingField { field: field.to_owned() }));
    for fault in lost.chain(cut) {
        let phone = stage.phone();
        let failed = under(stage, fault, api, &phone.code()).await.expect(400);
        failed.expect_recover("code_exchange_lost", "login_again");
        api.sign_up(&phone).await;
    }
}

pub(crate) async fn a_late_answer_has_its_way_out(stage: &Stage) {
    let server = stage.server_with(&[("YAOSHI_WECHAT__TOTAL_TIMEOUT", "1s")]).await;
    let api = server.api();
    let code = stage.phone().code();
    let before = FaultKind::TimeoutBefore { milliseconds: 60_000 };
    let failed = under(stage, on(before.clone()), api, &code).await.expect(503);
    failed.expect_recover("wechat_unavailable", "retry");
    api.login(&code).send().await.expect(200);
    under(stage, on(before).times(1), api, &stage.phone().code()).await.expect(200);

    let after = FaultKind::TimeoutAfter { milliseconds: 60_000 };
    for too_late in [after.clone(), FaultKind::SlowBytes { milliseconds: 50 }] {
        let code = stage.phone().code();
        let failed = under(stage, on(too_late), api, &code).await.expect(503);
        failed.expect_recover("wechat_unavailable", "retry");
        api.login(&code).send().await.expect(400).expect_recover("code_used", "login_again");
        all_is_well(stage, api).await;
    }
    let failed = under(stage, on(after).times(1), api, &stage.phone().code()).await.expect(400);
    failed.expect_recover("code_exchange_lost", "login_again");
    all_is_well(stage, api).await;
}

pub(crate) async fn a_wechat_that_is_gone_is_left_alone_and_found_again(stage: &Stage) {
    let server = stage.server_with(&[("YAOSHI_WECHAT__BREAKER_FAILURES", "3")]).await;
    let api = server.api();
    stage.wechat.set_faults(vec![on(FaultKind::Reset)]);
    let codes = [(); 4].map(|()| stage.phone().code());
    for code in &codes[..3] {
        api.login(code).send().await.expect(503).expect_recover("wechat_unavailable", "retry");
    }
    let asked = stage.exchanges();
    api.login(&codes[3]).send().await.expect(503).expect_recover("wechat_unavailable", "retry");
    assert_eq!(stage.exchanges(), asked, "WeChat was not left alone");
    stage.wechat.clear_faults();
    for code in &codes {
        let found = eventually("WeChat is asked again", Duration::from_secs(15), async || {
            Some(api.login(code).send().await).filter(|reply| reply.status != 503)
        });
        found.await.expect(200);
    }
    // Nobody listens at this port.
    let nowhere = stage.server_with(&[("YAOSHI_WECHAT__BASE_URL", "http://127.0.0.1:9")]).await;
    let failed = nowhere.api().login(&stage.phone().code()).send().await.expect(503);
    failed.expect_recover("wechat_unavailable", "retry");
}
