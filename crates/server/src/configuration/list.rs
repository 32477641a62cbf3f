//! Lists of tables.

/// A list of tables in the file, such as `[[apps]]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Apps,
    /// The offers of an app, below it.
    Offers,
    Services,
    Webhooks,
}

impl List {
    pub(super) const ALL: [Self; 4] = [Self::Apps, Self::Offers, Self::Services, Self::Webhooks];

    /// Those that are not below another.
    pub(super) const TOP: [Self; 3] = [Self::Apps, Self::Services, Self::Webhooks];

    /// Its name in the file.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Apps => "apps",
            Self::Offers => "apps.offers",
            Self::Services => "services",
            Self::Webhooks => "webhooks",
        }
    }

    /// The section name in the variables of a single item.
    pub(super) const fn single(self) -> &'static str {
        match self {
            Self::Apps => "app",
            Self::Offers => "offer",
            Self::Services => "service",
            Self::Webhooks => "webhook",
        }
    }

    /// What the names of variables leave out at the beginning of keys.
    pub(super) const fn key_prefix(self) -> &'static str {
        match self {
            Self::Apps => "app_",
            Self::Offers => "offer_",
            Self::Services | Self::Webhooks => "",
        }
    }
}
