//! What pushes about a person's data change (授权用户信息变更).

use std::time::Duration;

use crate::{
    client::{ClientInfo, Origin},
    event::{Actor, Event, EventDetail, EventKind, Subject},
    ids::{EventId, Ids},
    one_time_code::CodeAttemptChange,
    phone::{Phone, PhoneChange},
    store::Changes,
    time::Timestamp,
    user::{AvatarUrl, Nickname, Profile, User, UserChange},
};

/// `CreateTime` is in whole seconds: what was given in the same second may have been there before.
const ONE_SECOND: Duration = Duration::from_secs(1);

/// WeChat's number for nickname, picture and what came with them from `wx.getUserProfile`.
const USER_INFO: &str = "6";
/// WeChat's number for the phone number.
const PHONE_NUMBER: &str = "8";
/// WeChat's number for the nickname that was typed in.
const TYPED_NICKNAME: &str = "19";
/// WeChat's number for the picture that was chosen.
const CHOSEN_AVATAR: &str = "20";

/// The person, as far as they are on record.
pub(super) struct Known {
    /// Who they are where the message comes from.
    pub(super) subject: Subject,
    /// The user, if they registered.
    pub(super) user: Option<User>,
    /// The user's phone number.
    pub(super) phone: Option<Phone>,
}

/// Where the events of a message get their ids from, and when it arrived.
pub(super) struct Arrival<'a> {
    pub(super) ids: &'a dyn Ids,
    pub(super) at: Timestamp,
}

impl Arrival<'_> {
    pub(super) fn event(&self, kind: EventKind, subject: &Subject) -> Event {
        let origin = Origin { at: self.at, client: ClientInfo::default() };
        Event::new(EventId::mint(self.ids, self.at), kind, subject.clone(), &origin).by(Actor::WeChat)
    }
}

/// Drops nickname and picture, because WeChat cleaned the person's profile.
pub(super) fn drop_profile(known: &Known, arrival: &Arrival<'_>) -> Changes {
    let mut changes = Changes::default();
    if let Some(user) = &known.user {
        let (nickname, avatar_url) = (Nickname::empty(), AvatarUrl::empty());
        let profile = Profile { nickname, avatar_url, ..user.profile.clone() };
        if profile != user.profile {
            changes.push(UserChange::Update(User { profile, updated_at: arrival.at, ..user.clone() }));
            changes.push(arrival.event(EventKind::ProfileErased, &known.subject));
        }
    }
    changes
}

/// Erases exactly what the person withdrew. `withdrawn` has WeChat's numbers for it, with commas between them. A phone
/// number that was bound after `withdrawn_at` was given anew, and stays.
pub(super) fn revoke(
    known: &Known,
    withdrawn: &str,
    withdrawn_at: Timestamp,
    arrival: &Arrival<'_>,
) -> Changes {
    let mut changes = Changes::default();
    let is_withdrawn = |number| withdrawn.split(',').any(|item| item.trim() == number);
    if let Some(user) = &known.user {
        let phone = known
            .phone
            .as_ref()
            .filter(|phone| is_withdrawn(PHONE_NUMBER) && phone.bound_at < withdrawn_at.plus(ONE_SECOND));
        let mut profile = if is_withdrawn(USER_INFO) { Profile::default() } else { user.profile.clone() };
        if is_withdrawn(TYPED_NICKNAME) {
            profile.nickname = Nickname::empty();
        }
        if is_withdrawn(CHOSEN_AVATAR) {
            profile.avatar_url = AvatarUrl::empty();
        }
        let is_profile_changed = profile != user.profile;
        if phone.is_some() || is_profile_changed {
            changes.push(UserChange::Update(User { profile, updated_at: arrival.at, ..user.clone() }));
        }
        if let Some(phone) = phone {
            changes.push(PhoneChange::Unbind(phone.clone()));
            changes.push(arrival.event(EventKind::PhoneUnbound, &known.subject));
        }
        if is_profile_changed {
            changes.push(arrival.event(EventKind::ProfileErased, &known.subject));
        }
    }
    if let Some(identity) = known.subject.identity().filter(|_| is_withdrawn(PHONE_NUMBER)) {
        changes.push(CodeAttemptChange::Forget { identity, at: arrival.at });
    }
    let event = arrival.event(EventKind::AuthorizationRevoked, &known.subject);
    let detail = withdrawn.parse::<EventDetail>().ok();
    changes.push(Event { detail, ..event });
    changes
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        ids::MockIds,
        samples::{self, names},
        sealing::Sealed,
        session::Digest,
        store::Change,
        user::{ProfileText, UserStatus},
    };

    const BOUND: Timestamp = Timestamp::from_millis(1_795_000_000_500);

    fn known() -> Known {
        let profile = Profile {
            nickname: Nickname::kept("小明"),
            avatar_url: AvatarUrl::kept("https://example.com/a.png"),
            city: ProfileText::kept("深圳"),
            ..Profile::default()
        };
        let user = User { profile, ..samples::user(UserStatus::Active) };
        let (sealed, blind_index) = (Sealed::new(vec![1]), Digest::new([9; 32]));
        let phone = Phone { user_id: user.id, sealed, blind_index, bound_at: BOUND };
        Known { subject: samples::session().subject(), user: Some(user), phone: Some(phone) }
    }

    fn ids() -> MockIds {
        let mut ids = MockIds::new();
        ids.expect_next().returning(|_| Uuid::from_u128(5));
        ids
    }

    /// The profile that `changes` write.
    fn profile(changes: &Changes) -> Option<Profile> {
        changes.iter().find_map(|change| {
            if let Change::User(UserChange::Update(user)) = change {
                Some(user.profile.clone())
            } else {
                None
            }
        })
    }

    #[test]
    fn exactly_what_was_withdrawn_is_erased() {
        const REVOKED: &str = "event authorization_revoked";
        const FORGET: &str = "codeattempt forget";
        let phone: &[&str] = &["user update", "phone unbind", "event phone_unbound", FORGET, REVOKED];
        let profile: &[&str] = &["user update", "event profile_erased", REVOKED];
        let both: &[&str] =
            &["user update", "phone unbind", "event phone_unbound", "event profile_erased", FORGET, REVOKED];
        let table = [
            ("8", phone),
            ("6", profile),
            ("19", profile),
            ("20", profile),
            ("8, 6", both),
            ("13", &[REVOKED][..]),
            ("88", &[REVOKED]),
            ("", &[REVOKED]),
        ];
        let ids = ids();
        let arrival = Arrival { ids: &ids, at: BOUND.plus(Duration::from_mins(1)) };
        for (withdrawn, expected) in table {
            let changes = revoke(&known(), withdrawn, BOUND, &arrival);
            assert_eq!(names(&changes), expected, "{withdrawn:?}");
        }
    }

    #[test]
    fn what_was_not_withdrawn_stays() {
        let ids = ids();
        let arrival = Arrival { ids: &ids, at: BOUND };
        let kept = known().user.unwrap().profile;
        let after = |withdrawn| profile(&revoke(&known(), withdrawn, BOUND, &arrival)).unwrap();
        assert_eq!(after("8"), kept);
        assert_eq!(after("19"), Profile { nickname: Nickname::empty(), ..kept.clone() });
        assert_eq!(after("20"), Profile { avatar_url: AvatarUrl::empty(), ..kept.clone() });
        assert_eq!(after("6"), Profile::default());
        let dropped = profile(&drop_profile(&known(), &arrival)).unwrap();
        assert_eq!(dropped, Profile { nickname: Nickname::empty(), avatar_url: AvatarUrl::empty(), ..kept });
    }

    #[test]
    fn a_number_that_was_given_after_the_withdrawal_stays() {
        let ids = ids();
        let arrival = Arrival { ids: &ids, at: BOUND };
        let is_unbound = |withdrawn_at| {
            names(&revoke(&known(), "8", withdrawn_at, &arrival)).contains(&"phone unbind".to_owned())
        };
        // CreateTime has no milliseconds.
        assert!(is_unbound(Timestamp::from_millis(1_795_000_000_000)));
        assert!(!is_unbound(Timestamp::from_millis(1_794_999_999_000)));
    }

    #[test]
    fn of_a_stranger_there_is_nothing_to_erase() {
        let ids = ids();
        let arrival = Arrival { ids: &ids, at: BOUND };
        let stranger = Known { user: None, phone: None, ..known() };
        let changes = revoke(&stranger, "8", BOUND, &arrival);
        assert_eq!(names(&changes), ["codeattempt forget", "event authorization_revoked"]);
        assert!(drop_profile(&stranger, &arrival).is_empty());
        let nameless = Known { user: Some(samples::user(UserStatus::Active)), ..known() };
        assert!(drop_profile(&nameless, &arrival).is_empty());
    }
}
