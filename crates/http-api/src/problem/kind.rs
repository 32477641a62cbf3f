use domain::{localized::Language, recovery::Recover};
use http::StatusCode;

/// One line of the error table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProblemKind {
    /// The stable name that clients act on.
    pub code: &'static str,
    /// The HTTP status.
    pub status: StatusCode,
    /// What the client should do.
    pub recover: Recover,
    /// What happened, the same for every occurrence.
    pub title: &'static str,
    /// What to know about it, unless an occurrence has a more precise detail.
    pub detail: &'static str,
    /// The title in Chinese.
    pub title_zh: &'static str,
    /// The detail in Chinese.
    pub detail_zh: &'static str,
    /// The `Retry-After` header in seconds; set for every failure to retry.
    pub retry_after: Option<u64>,
}

impl ProblemKind {
    /// The title in `language`.
    pub const fn title_in(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.title,
            Language::Chinese => self.title_zh,
        }
    }

    /// The detail in `language`.
    pub const fn detail_in(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.detail,
            Language::Chinese => self.detail_zh,
        }
    }
}
