//! The Mini Programs this server signs users in for.
//!
//! Apps come from the configuration and do not change while the server runs.

mod offer;

use std::collections::HashMap;

pub use offer::{AppKey, Offer, OfferId, PaymentEnv};

use crate::{
    push::PushSettings,
    text::{is_visible_ascii, named, secret_text, text},
};

text! {
    /// A Mini Program's app id (`wx` and 16 hex digits in every sample; the form is not promised).
    AppId, "1 to 64 visible ASCII characters", "1 到 64 个可见 ASCII 字符", |text| is_visible_ascii(text, 64)
}

secret_text! {
    /// The `AppSecret` that proves to WeChat who asks. It goes to WeChat and nowhere else.
    AppSecret, "1 to 128 visible ASCII characters", "1 到 128 个可见 ASCII 字符", |text| is_visible_ascii(text, 128)
}

text! {
    /// A name for an Open Platform account. Apps that name the same one share their users:
    /// a unionid means the same person within one Open Platform account, and only there.
    OpenPlatform, "1 to 64 visible ASCII characters", "1 到 64 个可见 ASCII 字符", |text| is_visible_ascii(text, 64)
}

named! {
    /// How an unknown user becomes a known one.
    RegistrationMethod {
        /// By a verified signature and payload, sent to registration.
        OpenData = "open_data",
        /// By a code of the phone button, sent to registration.
        Phone = "phone",
        /// By the first login.
        Silent = "silent",
    }
}

named! {
    /// Whether the phone number that somebody registers with makes them the user who has that number.
    PhoneJoin {
        /// It does not: the number is taken.
        Never = "never",
        /// It does.
        Always = "always",
    }
}

/// One Mini Program.
#[derive(Clone, Debug)]
pub struct App {
    /// Its id at WeChat.
    pub id: AppId,
    /// The ways in which its users may register.
    pub registration: Vec<RegistrationMethod>,
    /// Whether a registration by phone joins the user who has the number.
    pub phone_join: PhoneJoin,
    /// The Open Platform account it is bound to, if its unionids are to be believed.
    pub open_platform: Option<OpenPlatform>,
    /// What it sells through WeChat.
    pub offers: Vec<Offer>,
    /// How WeChat pushes its messages, if it does.
    pub push: Option<PushSettings>,
}

impl App {
    /// Whether its users may register in this way.
    pub fn allows(&self, method: RegistrationMethod) -> bool {
        self.registration.contains(&method)
    }
}

/// An app's place in the list of apps: two bytes instead of a text in every cached session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppIndex(u16);

#[cfg(test)]
impl AppIndex {
    pub(crate) const FIRST: Self = Self(0);
}

/// Every configured app.
#[derive(Debug)]
pub struct Apps {
    apps: Vec<App>,
    by_id: HashMap<AppId, AppIndex>,
}

/// Why a list of apps is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidApps {
    /// There is nothing to log in to.
    #[error("at least one app is needed")]
    None,
    /// More apps than an index can tell apart.
    #[error("more than 65535 apps")]
    TooMany,
    /// One id stands twice.
    #[error("app {0} stands twice")]
    Twice(AppId),
}

impl Apps {
    /// The list of these apps.
    pub fn try_new(apps: Vec<App>) -> Result<Self, InvalidApps> {
        if apps.is_empty() {
            return Err(InvalidApps::None);
        }
        let mut by_id = HashMap::new();
        for (index, app) in apps.iter().enumerate() {
            let index = u16::try_from(index).map_err(|_| InvalidApps::TooMany)?;
            if by_id.insert(app.id.clone(), AppIndex(index)).is_some() {
                return Err(InvalidApps::Twice(app.id.clone()));
            }
        }
        Ok(Self { apps, by_id })
    }

    /// The app with this id.
    pub fn get(&self, id: &AppId) -> Option<&App> {
        self.by_id.get(id).map(|index| self.at(*index))
    }

    /// Where the app with this id stands.
    pub fn index_of(&self, id: &AppId) -> Option<AppIndex> {
        self.by_id.get(id).copied()
    }

    /// The app at this place.
    pub fn at(&self, index: AppIndex) -> &App {
        &self.apps[usize::from(index.0)]
    }

    /// The first app: the one meant by clients that name none.
    pub fn first(&self) -> &App {
        &self.apps[0]
    }

    /// All apps, in the order of the configuration.
    pub fn iter(&self) -> impl Iterator<Item = &App> {
        self.apps.iter()
    }
}
