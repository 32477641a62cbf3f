use std::{collections::HashSet, sync::Arc};

use crate::{
    app::Apps,
    ids::{IdentityId, OpenId, UnionId, UserId},
    phone::{BlindIndex, PhoneNumber},
    recovery::{Recover, Recovery},
    store::Store,
    store_error::StoreError,
    user::{NicknameKey, Union, User},
};

/// The country that a number without a country code is from.
const COUNTRY: &str = "86";

/// What an operator knows of a person, as they typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeopleQuery {
    /// The id that this server gave them.
    User(UserId),
    /// Their phone number.
    Phone(PhoneNumber),
    /// Anything else.
    Text {
        /// As an openid, at whichever app.
        openid: Option<OpenId>,
        /// As a unionid, within whichever Open Platform account.
        unionid: Option<UnionId>,
        /// As the beginning of a nickname.
        nickname: NicknameKey,
    },
}

impl PeopleQuery {
    /// Reads what was typed: a user id, a phone number (in China, or with a plus sign and the country code), or
    /// an openid, a unionid or the beginning of a nickname. `None` for nothing at all.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let user = text.parse().ok().map(Self::User);
        let phone = || phone_number(text).map(Self::Phone);
        Some(user.or_else(phone).unwrap_or_else(|| Self::Text {
            openid: text.parse().ok(),
            unionid: text.parse().ok(),
            nickname: NicknameKey::of(text),
        }))
    }
}

/// The number that is meant. The index is that of the whole number, wherever its country code ends.
fn phone_number(text: &str) -> Option<PhoneNumber> {
    match text.strip_prefix('+') {
        None => PhoneNumber::try_new(COUNTRY, text).ok(),
        Some(whole) => (1..=3).rev().find_map(|digits| {
            let (country_code, national) = whole.split_at_checked(digits)?;
            PhoneNumber::try_new(country_code, national).ok()
        }),
    }
}

/// Why nobody is found.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SearchPeopleError {
    /// Numbers are found by an index key, which is not configured.
    #[error("secrets.index_key is not configured: nobody is found by a phone number")]
    NoIndexKey,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for SearchPeopleError {
    fn recover(&self) -> Recover {
        match self {
            Self::NoIndexKey => Recover::Operator,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Finds people.
pub struct SearchPeople {
    store: Arc<dyn Store>,
    apps: Arc<Apps>,
    index: Option<Arc<dyn BlindIndex>>,
}

impl SearchPeople {
    /// Finds who is in `store`; by phone number with `index` only.
    pub fn new(store: Arc<dyn Store>, apps: Arc<Apps>, index: Option<Arc<dyn BlindIndex>>) -> Self {
        Self { store, apps, index }
    }

    /// The users who are meant, at most `limit`: whom an id names before those whose nickname begins like
    /// that, in the order of nicknames. `after` is the last one of the page before.
    pub async fn execute(
        &self,
        query: &PeopleQuery,
        after: Option<&User>,
        limit: u32,
    ) -> Result<Vec<User>, SearchPeopleError> {
        match query {
            PeopleQuery::User(id) => Ok(self.users([*id]).await?),
            PeopleQuery::Phone(number) => {
                let index = self.index.as_ref().ok_or(SearchPeopleError::NoIndexKey)?;
                let phone = self.store.phones().find_by_index(&index.index_of(number)).await?;
                Ok(self.users(phone.map(|phone| phone.user_id)).await?)
            }
            PeopleQuery::Text { openid, unionid, nickname } => {
                let mut found = Vec::new();
                if after.is_none() {
                    found = self.users(self.by_openid(openid.as_ref()).await?).await?;
                    found.extend(self.by_unionid(unionid.as_ref()).await?);
                }
                found.extend(self.store.users().find_by_nickname(nickname, after, limit).await?);
                let mut seen = HashSet::new();
                found.retain(|user| seen.insert(user.id));
                found.truncate(limit as usize);
                Ok(found)
            }
        }
    }

    async fn users(&self, ids: impl IntoIterator<Item = UserId>) -> Result<Vec<User>, StoreError> {
        let mut users = Vec::new();
        for id in ids {
            users.extend(self.store.users().find(id).await?);
        }
        Ok(users)
    }

    async fn by_openid(&self, openid: Option<&OpenId>) -> Result<Vec<UserId>, StoreError> {
        let mut ids = Vec::new();
        for (app, openid) in self.apps.iter().filter_map(|app| Some((app, openid?))) {
            let id = IdentityId { app_id: app.id.clone(), openid: openid.clone() };
            let record = self.store.identities().find(&id).await?;
            ids.extend(record.and_then(|record| record.identity.user_id));
        }
        Ok(ids)
    }

    async fn by_unionid(&self, unionid: Option<&UnionId>) -> Result<Vec<User>, StoreError> {
        let mut users = Vec::new();
        for (app, unionid) in self.apps.iter().filter_map(|app| Some((app, unionid?))) {
            let Some(open_platform) = app.open_platform.clone() else { continue };
            let union = Union { open_platform, unionid: unionid.clone() };
            users.extend(self.store.users().find_by_union(&union).await?);
        }
        Ok(users)
    }
}
