use std::time::Duration;

use super::{
    reader::Reader,
    setting::{Form, Setting},
};

/// `[events]`: what happened, and for how long it is kept.
#[derive(Clone, Copy, Debug)]
pub struct EventSettings {
    /// For how long events are kept; `None` for ever.
    pub keep: Option<Duration>,
}

impl EventSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut section = reader.section("events");
        let keep = section.value(
            "keep",
            Keep(None),
            "For how long events are kept, such as `400d`; older ones are removed in batches. `forever` keeps them",
        );
        section.finish();
        Self { keep: keep.0 }
    }
}

#[derive(Clone, Copy, Debug)]
struct Keep(Option<Duration>);

impl Setting for Keep {
    const FORM: Form = Form::Text;
    const EXPECTED: &'static str = "forever, or a duration of at least one day, such as 400d";

    fn parse(text: &str) -> Option<Self> {
        if text == "forever" {
            return Some(Self(None));
        }
        let keep = Duration::parse(text).filter(|keep| *keep >= Duration::from_hours(24))?;
        Some(Self(Some(keep)))
    }

    fn show(&self) -> String {
        self.0.map_or_else(|| "forever".to_owned(), |keep| keep.show())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_kept_for_a_day_or_more() {
        for text in ["forever", "1d", "400d", "36h"] {
            assert_eq!(Keep::parse(text).map(|keep| keep.show()).as_deref(), Some(text));
        }
        for text in ["", "0s", "23h", "ever", "400"] {
            assert!(Keep::parse(text).is_none(), "{text}");
        }
    }
}
