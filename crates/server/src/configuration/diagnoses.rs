use std::time::Duration;

use super::{
    reader::Reader,
    setting::{Form, Setting},
};

/// `[diagnoses]`: why requests failed, and for how long that is kept.
#[derive(Clone, Copy, Debug)]
pub struct DiagnosisSettings {
    /// For how long diagnoses are kept.
    pub keep: Duration,
    /// How many are written in a second at most.
    pub per_second: usize,
}

impl DiagnosisSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut section = reader.section("diagnoses");
        let keep = section.value(
            "keep",
            Keep(Duration::from_hours(7 * 24)),
            "For how long the diagnoses of failed logins, registrations, phone numbers and decryptions are kept; older ones are \
             removed in batches",
        );
        let per_second = section.value(
            "per_second",
            50,
            "How many diagnoses an instance writes in a second at most. What is more is counted, and not written; `0` writes none",
        );
        section.finish();
        Self { keep: keep.0, per_second }
    }
}

#[derive(Clone, Copy, Debug)]
struct Keep(Duration);

impl Setting for Keep {
    const FORM: Form = Form::Text;
    const EXPECTED: &'static str = "a duration from one hour to 90 days, such as 7d";

    fn parse(text: &str) -> Option<Self> {
        let allowed = Duration::from_hours(1)..=Duration::from_hours(90 * 24);
        Duration::parse(text).filter(|keep| allowed.contains(keep)).map(Self)
    }

    fn show(&self) -> String {
        self.0.show()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diagnoses_are_kept_from_an_hour_to_90_days() {
        for text in ["1h", "7d", "90d"] {
            assert_eq!(Keep::parse(text).map(|keep| keep.show()).as_deref(), Some(text));
        }
        for text in ["", "0s", "59m", "91d", "forever", "7"] {
            assert!(Keep::parse(text).is_none(), "{text}");
        }
    }
}
