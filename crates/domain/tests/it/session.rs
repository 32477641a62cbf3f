//! Sessions: when they end, who may end them, and how soon that is seen.

use std::{sync::Arc, time::Duration};

use crate::fixture::{
    APP, Fixture, GRACE, LIFETIME, OPENID, OTHER_APP, answering, client, command, exchanged,
    exchanged_with_union,
};
use domain::{
    app::RegistrationMethod,
    event::EventKind,
    login::LoggedIn,
    recovery::{Recover, Recovery},
    session::{AuthenticateError, EndOtherSessionError, FlushTouches, RevocationReason},
    time::Clock,
    upkeep::{Kept, Sweep, Swept},
};
use support::FixedClock;

#[tokio::test]
async fn a_token_that_was_never_issued_is_unknown() {
    let fixture = Fixture::default();
    let token = "ys_abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq".parse().unwrap();
    let error = fixture.refusal(&token).await;
    assert!(matches!(error, AuthenticateError::Unknown), "{error:?}");
    assert_eq!(error.recover(), Recover::LoginAgain);
}

#[tokio::test]
async fn an_unused_session_expires_and_a_used_one_lives_on() {
    let fixture = Fixture::default();
    let (used, _) = fixture.registered().await;
    let unused = fixture.log_in(OPENID, 1).await;
    let half = LIFETIME.idle / 2;
    for _ in 0..3 {
        fixture.clock.advance(half);
        fixture.caller(&used).await;
        fixture.flush_touches().await;
    }
    let error = fixture.refusal(&unused.token).await;
    assert!(matches!(error, AuthenticateError::Expired), "{error:?}");
}

#[tokio::test]
async fn a_session_ends_at_its_absolute_expiry_however_much_it_is_used() {
    let fixture = Fixture::default();
    let (token, _) = fixture.registered().await;
    let steps = 20;
    for _ in 0..steps {
        fixture.caller(&token).await;
        fixture.flush_touches().await;
        fixture.clock.advance(LIFETIME.absolute / steps);
    }
    let error = fixture.refusal(&token).await;
    assert!(matches!(error, AuthenticateError::Expired), "{error:?}");
}

#[tokio::test]
async fn last_seen_is_written_once_a_minute_in_batches() {
    let fixture = Fixture::default();
    let (token, _) = fixture.registered().await;
    assert_eq!(fixture.flush_touches().await, 1, "the first use");
    fixture.clock.advance(Duration::from_secs(59));
    fixture.caller(&token).await;
    assert_eq!(fixture.flush_touches().await, 0, "within the minute");
    fixture.clock.advance(Duration::from_secs(2));
    for _ in 0..5 {
        fixture.caller(&token).await;
    }
    assert_eq!(fixture.flush_touches().await, 1, "after it, once");
}

#[tokio::test]
async fn the_cache_answers_only_while_revocations_are_known() {
    let fixture = Fixture::default();
    let (token, caller) = fixture.registered().await;
    let elsewhere = fixture.another_instance();
    fixture.refresh_revocations().await;
    fixture.caller(&token).await;
    elsewhere.end_session().execute(&caller, &client()).await.unwrap();
    // Within the second the cache may still answer...
    fixture.caller(&token).await;
    // ...but not beyond it, even where revocations could not be read.
    fixture.clock.advance(Duration::from_secs(1));
    assert_eq!(fixture.revocation(&token).await, RevocationReason::LoggedOut);
}

#[tokio::test]
async fn a_revocation_elsewhere_is_seen_once_revocations_are_read() {
    let fixture = Fixture::default();
    let (token, caller) = fixture.registered().await;
    fixture.refresh_revocations().await;
    fixture.caller(&token).await;
    fixture.another_instance().end_session().execute(&caller, &client()).await.unwrap();
    fixture.refresh_revocations().await;
    assert_eq!(fixture.revocation(&token).await, RevocationReason::LoggedOut);
}

#[tokio::test]
async fn a_revocation_is_seen_whatever_the_clocks_show() {
    let fixture = Fixture::default();
    for ahead in [true, false] {
        let minute = Duration::from_mins(1);
        let now = fixture.now();
        let its_now = if ahead { now.plus(minute) } else { now.minus(minute) };
        let elsewhere = Fixture { clock: Arc::new(FixedClock::at(its_now)), ..fixture.another_instance() };
        for (ending, other) in [(&fixture, &elsewhere), (&elsewhere, &fixture)] {
            let (token, caller) = fixture.registered().await;
            for instance in [ending, other] {
                instance.refresh_revocations().await;
                instance.caller(&token).await;
            }
            ending.end_session().execute(&caller, &client()).await.unwrap();
            other.refresh_revocations().await;
            assert_eq!(other.revocation(&token).await, RevocationReason::LoggedOut);
        }
    }
}

#[tokio::test]
async fn revocations_that_are_gone_empty_the_cache() {
    let fixture = Fixture::default();
    let elsewhere = fixture.another_instance();
    let (first, caller) = fixture.registered().await;
    let second = fixture.log_in(OPENID, 1).await.token;
    elsewhere.end_session().execute(&caller, &client()).await.unwrap();
    fixture.refresh_revocations().await;
    let kept = fixture.log_in(OPENID, 1).await.token;
    let caller = fixture.caller(&second).await;
    fixture.caller(&kept).await;
    assert_eq!(fixture.cache.len(), 2);
    elsewhere.end_session().execute(&caller, &client()).await.unwrap();
    fixture.store().sessions().sweep_revocations(0, 100).await.unwrap();
    fixture.refresh_revocations().await;
    assert!(fixture.cache.is_empty());
    for token in [&first, &second] {
        assert_eq!(fixture.revocation(token).await, RevocationReason::LoggedOut);
    }
    fixture.caller(&kept).await;
    fixture.refresh_revocations().await;
    assert_eq!(fixture.cache.len(), 1);
}

/// Instances of the version before recorded no revocation where this one reads them.
#[tokio::test]
async fn the_cache_is_emptied_once_when_a_roll_out_is_over() {
    let fixture = Fixture::default();
    fixture.refresh_revocations().await;
    let (token, _) = fixture.registered().await;
    for (passed, cached) in [(599, 1), (1, 0)] {
        fixture.clock.advance(Duration::from_secs(passed));
        fixture.refresh_revocations().await;
        assert_eq!(fixture.cache.len(), cached);
    }
    fixture.caller(&token).await;
    fixture.clock.advance(Duration::from_mins(10));
    fixture.refresh_revocations().await;
    assert_eq!(fixture.cache.len(), 1);
}

#[tokio::test]
async fn logging_out_is_seen_by_the_next_request() {
    let fixture = Fixture::default();
    let (token, caller) = fixture.registered().await;
    fixture.refresh_revocations().await;
    fixture.caller(&token).await;
    assert_eq!(fixture.cache.len(), 1);
    fixture.end_session().execute(&caller, &client()).await.unwrap();
    assert_eq!(fixture.revocation(&token).await, RevocationReason::LoggedOut);
    // Once more is no error, and leaves no second event.
    fixture.end_session().execute(&caller, &client()).await.unwrap();
    let logouts = fixture.events(OPENID).await.into_iter().filter(|kind| *kind == EventKind::LoggedOut);
    assert_eq!(logouts.count(), 1);
}

#[tokio::test]
async fn unregistered_sessions_are_not_cached() {
    let fixture = Fixture::default();
    fixture.refresh_revocations().await;
    let login = fixture.log_in(OPENID, 1).await;
    fixture.caller(&login.token).await;
    assert!(fixture.cache.is_empty());
}

#[tokio::test]
async fn a_user_sees_their_own_sessions_and_no_others() {
    let fixture = Fixture::default();
    let (_, first) = fixture.registered().await;
    let second = fixture.log_in(OPENID, 1).await;
    let stranger = fixture.log_in("oSomebodyElse", 2).await;
    let list = fixture.list_sessions();
    let listed = list.execute(&first).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().any(|entry| entry.is_current && entry.session.id == first.session_id));
    assert!(listed.iter().any(|entry| !entry.is_current && entry.session.id == second.session.id));
    let alone = list.execute(&fixture.caller(&stranger.token).await).await.unwrap();
    assert_eq!(alone.len(), 1);
}

#[tokio::test]
async fn a_session_ends_another_of_the_same_user_but_no_stranger() {
    let fixture = Fixture::default();
    let (_, first) = fixture.registered().await;
    let second = fixture.log_in(OPENID, 1).await;
    let stranger = fixture.log_in("oSomebodyElse", 2).await;
    let end = fixture.end_other_session();
    let error = end.execute(&first, stranger.session.id, &client()).await.unwrap_err();
    assert!(matches!(error, EndOtherSessionError::NotFound), "{error:?}");
    assert_eq!(error.recover(), Recover::FixRequest);
    fixture.caller(&stranger.token).await;
    end.execute(&first, second.session.id, &client()).await.unwrap();
    assert_eq!(fixture.revocation(&second.token).await, RevocationReason::EndedElsewhere);
}

#[tokio::test]
async fn logging_out_everywhere_ends_every_session_of_the_person() {
    let fixture = Fixture::with_two_apps(RegistrationMethod::OpenData);
    let with_union = |openid| exchanged_with_union(openid, 1, "u-1");
    // Two unregistered sessions of the same identity; the second one registers.
    let unregistered = fixture.log_in_at(APP, with_union(OPENID)).await;
    let (token, caller) = fixture.registered().await;
    let at_other_app = fixture.log_in_at(OTHER_APP, with_union("o-there")).await;
    let stranger = fixture.log_in("oSomebodyElse", 2).await;
    fixture.refresh_revocations().await;
    fixture.caller(&at_other_app.token).await;
    fixture.end_all_sessions().execute(&caller, &client()).await.unwrap();
    for token in [&unregistered.token, &token, &at_other_app.token] {
        assert_eq!(fixture.revocation(token).await, RevocationReason::EndedElsewhere);
    }
    fixture.caller(&stranger.token).await;
}

#[tokio::test]
async fn an_unregistered_person_logs_out_everywhere_too() {
    let fixture = Fixture::default();
    let (first, second) = (fixture.log_in(OPENID, 1).await, fixture.log_in(OPENID, 1).await);
    let caller = fixture.caller(&first.token).await;
    fixture.end_all_sessions().execute(&caller, &client()).await.unwrap();
    for token in [&first.token, &second.token] {
        assert_eq!(fixture.revocation(token).await, RevocationReason::EndedElsewhere);
    }
}

#[tokio::test]
async fn logging_out_everywhere_ends_more_sessions_than_one_batch_holds() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    let own = fixture.live_sessions(OPENID).await.remove(0);
    fixture.open_more(&own, 1200).await;
    assert_eq!(fixture.live_sessions(OPENID).await.len(), 1201);
    fixture.end_all_sessions().execute(&caller, &client()).await.unwrap();
    assert!(fixture.live_sessions(OPENID).await.is_empty());
}

#[tokio::test]
async fn what_was_logged_out_while_the_clock_was_ahead_stays_so() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    let other = fixture.log_in(OPENID, 2).await;
    let right = fixture.clock.now();
    fixture.clock.set(right.plus(LIFETIME.absolute * 2));
    fixture.end_all_sessions().execute(&caller, &client()).await.unwrap();
    fixture.clock.set(right);
    assert_eq!(fixture.revocation(&other.token).await, RevocationReason::EndedElsewhere);
    assert!(fixture.live_sessions(OPENID).await.is_empty());
}

/// Three sessions of a person who may have three, the second of them the least recently used.
async fn three_sessions(fixture: &Fixture) -> [LoggedIn; 3] {
    let mut sessions = Vec::new();
    for _ in 0..3 {
        sessions.push(fixture.log_in(OPENID, 1).await);
        fixture.clock.advance(Duration::from_secs(1));
    }
    for used in [0, 2] {
        fixture.caller(&sessions[used].token).await;
    }
    fixture.flush_touches().await;
    fixture.clock.advance(Duration::from_secs(1));
    sessions.try_into().unwrap()
}

#[tokio::test]
async fn a_login_beyond_the_limit_ends_the_least_recently_used_session() {
    let fixture = Fixture { max_sessions: 3, ..Fixture::default() };
    let (registered, _) = fixture.registered().await;
    fixture.end_all_sessions().execute(&fixture.caller(&registered).await, &client()).await.unwrap();
    fixture.refresh_revocations().await;
    let [first, second, third] = three_sessions(&fixture).await;
    // The cache of this instance answers for the session that ends.
    fixture.refresh_revocations().await;
    fixture.caller(&second.token).await;
    assert_eq!(fixture.cache.len(), 3);
    let fourth = fixture.log_in(OPENID, 1).await;
    assert_eq!(fixture.cache.len(), 2);
    assert_eq!(fixture.revocation(&second.token).await, RevocationReason::Displaced);
    for login in [&first, &third, &fourth] {
        fixture.caller(&login.token).await;
    }
    assert_eq!(fixture.live_sessions(OPENID).await.len(), 3);
}

#[tokio::test]
async fn a_repeated_login_that_replaces_its_session_ends_no_other() {
    let fixture = Fixture { max_sessions: 3, ..Fixture::default() };
    let login = fixture.login(answering(exchanged(OPENID, 1)));
    let repeatable = || command("code", Some("attempt-0001"));
    let oldest = login.execute(repeatable()).await.unwrap();
    fixture.clock.advance(Duration::from_secs(1));
    let others = [fixture.log_in(OPENID, 1).await, fixture.log_in(OPENID, 1).await];
    // The session that is replaced is the least recently used, and in the second round the most.
    fixture.clock.advance(Duration::from_secs(1));
    let newest = login.execute(repeatable()).await.unwrap();
    fixture.clock.advance(Duration::from_secs(1));
    let last = login.execute(repeatable()).await.unwrap();
    for token in [&oldest.token, &newest.token] {
        assert_eq!(fixture.revocation(token).await, RevocationReason::Unclaimed);
    }
    for login in others.iter().chain([&last]) {
        fixture.caller(&login.token).await;
    }
    assert_eq!(fixture.store.conflicts(), 0);
}

#[tokio::test]
async fn a_repeated_login_whose_session_is_in_use_may_displace_it() {
    let fixture = Fixture { max_sessions: 3, ..Fixture::default() };
    let login = fixture.login(answering(exchanged(OPENID, 1)));
    let repeatable = || command("code", Some("attempt-0001"));
    let used = login.execute(repeatable()).await.unwrap();
    fixture.caller(&used.token).await;
    fixture.flush_touches().await;
    fixture.clock.advance(Duration::from_secs(1));
    let others = [fixture.log_in(OPENID, 1).await, fixture.log_in(OPENID, 1).await];
    let repeated = login.execute(repeatable()).await.unwrap();
    assert_eq!(fixture.revocation(&used.token).await, RevocationReason::Displaced);
    for login in others.iter().chain([&repeated]) {
        fixture.caller(&login.token).await;
    }
    assert_eq!(fixture.store.conflicts(), 0);
}

fn sweep_keeping(fixture: &Fixture, events: Option<Duration>) -> Sweep {
    Sweep::new(
        fixture.store(),
        Arc::new(FlushTouches::new(fixture.store(), fixture.touches.clone())),
        fixture.clock.clone(),
        Kept { keys: GRACE, events, diagnoses: Duration::from_hours(24) },
    )
}

#[tokio::test]
async fn events_are_swept_where_a_time_is_configured() {
    let fixture = Fixture::default();
    fixture.registered().await;
    fixture.clock.advance(Duration::from_hours(24 * 400));
    fixture.log_in(OPENID, 2).await;
    let sweep = sweep_keeping(&fixture, Some(Duration::from_hours(24 * 400)));
    assert_eq!(sweep.execute().await.unwrap().events, 0);
    fixture.clock.advance(Duration::from_secs(1));
    assert_eq!(sweep_keeping(&fixture, None).execute().await.unwrap().events, 0);
    assert_eq!(sweep.execute().await.unwrap().events, 2);
    assert_eq!(fixture.events(OPENID).await, [EventKind::LoggedIn]);
}

#[tokio::test]
async fn the_sweep_removes_what_ended() {
    let fixture = Fixture::default();
    fixture.registered().await;
    fixture.log_in(OPENID, 2).await;
    let sweep = sweep_keeping(&fixture, None);
    let swept = sweep.execute().await.unwrap();
    assert_eq!(swept, Swept::default());
    fixture.clock.advance(GRACE.window() + Duration::from_secs(1));
    let swept = sweep.execute().await.unwrap();
    assert_eq!((swept.session_keys, swept.successions), (1, 1));
    assert_eq!(fixture.record(OPENID).await.keys.len(), 1);
    fixture.clock.advance(LIFETIME.idle + Duration::from_hours(25));
    assert!(sweep.execute().await.unwrap().sessions > 0);
}

#[tokio::test]
async fn a_clock_that_jumps_years_ahead_sweeps_nothing() {
    let fixture = Fixture::default();
    let (token, _) = fixture.registered().await;
    let right = fixture.clock.now();
    let kept = Some(Duration::from_hours(24 * 400));
    let (running, ahead) = (sweep_keeping(&fixture, kept), right.plus(Duration::from_hours(24 * 365 * 12)));
    assert_eq!(running.execute().await.unwrap(), Swept::default());
    fixture.clock.set(ahead);
    // What happens now is on record with the wrong time.
    fixture.log_in(OPENID, 2).await;
    // The one has been running before; the other starts with the wrong clock.
    for sweep in [&running, &sweep_keeping(&fixture, kept)] {
        assert_eq!(sweep.execute().await.unwrap(), Swept::default());
    }
    fixture.clock.set(right);
    fixture.caller(&token).await;
    // And what is old goes when its time has come.
    fixture.clock.advance(LIFETIME.idle + Duration::from_hours(49));
    assert!(running.execute().await.unwrap().sessions > 0);
}

#[tokio::test]
async fn the_sweep_knows_of_uses_that_were_not_yet_written() {
    let fixture = Fixture::default();
    let (token, _) = fixture.registered().await;
    let sweep = sweep_keeping(&fixture, None);
    assert_eq!(sweep.execute().await.unwrap(), Swept::default());
    fixture.clock.advance(LIFETIME.idle.checked_sub(Duration::from_hours(1)).unwrap());
    fixture.caller(&token).await;
    fixture.clock.advance(Duration::from_hours(26));
    // The one that the registration ended, and not the one that was used.
    assert_eq!(sweep.execute().await.unwrap().sessions, 1);
    assert!(matches!(fixture.refusal(&token).await, AuthenticateError::Expired));
}
