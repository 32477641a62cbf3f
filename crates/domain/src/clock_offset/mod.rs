//! Clocks: how far an instance's clock is from that of the store, which all instances share.
//!
//! Instances compare times that others wrote: when sessions expire, until when a code is claimed. A
//! second or two does no harm; where it is more, an operator should know, and where it is much more, the
//! instance should get no requests.

mod compare;

use std::time::Duration;

pub use compare::CompareClocks;

use crate::time::Timestamp;

/// From here on, an operator should set the clock.
const NOTICEABLE: Duration = Duration::from_secs(2);

/// What is beyond this is too much to serve requests.
const TOLERATED: Duration = Duration::from_secs(15);

/// How far the clock of this instance is ahead of the store's, in milliseconds; negative where it is
/// behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockOffset(i64);

/// What a clock's offset means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockState {
    /// The clocks agree, to within two seconds.
    #[default]
    Right,
    /// They differ by two seconds or more.
    Off,
    /// They differ by more than fifteen seconds.
    FarOff,
}

impl ClockOffset {
    /// The offset so many milliseconds ahead of the store's clock.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// In milliseconds.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The offset where the store was asked at `asked`, answered with `its_time`, and the answer was
    /// there at `answered`. The store is taken to have looked at its clock halfway; what the half of
    /// the round trip can explain is no offset.
    fn measured(asked: Timestamp, its_time: Timestamp, answered: Timestamp) -> Self {
        let half = asked.distance(answered) / 2;
        let halfway = asked.min(answered).plus(half);
        let least = halfway.distance(its_time).saturating_sub(half);
        let least = i64::try_from(least.as_millis()).unwrap_or(i64::MAX);
        Self(if halfway < its_time { -least } else { least })
    }

    /// What it means.
    pub fn state(self) -> ClockState {
        let difference = Duration::from_millis(self.0.unsigned_abs());
        if difference > TOLERATED {
            ClockState::FarOff
        } else if difference >= NOTICEABLE {
            ClockState::Off
        } else {
            ClockState::Right
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_round_trip_is_no_offset() {
        let at = Timestamp::from_millis;
        for (asked, its_time, answered, offset) in [
            (1_000, 1_000, 1_000, 0),
            (1_000, 1_000, 1_010, 0),
            (1_000, 1_010, 1_010, 0),
            (1_000, 1_013, 1_010, -3),
            (1_000, 995, 1_010, 5),
            (61_000, 1_000, 61_010, 60_000),
            // The clock was set back in between.
            (1_000, 950, 900, 0),
        ] {
            let measured = ClockOffset::measured(at(asked), at(its_time), at(answered));
            assert_eq!(measured.as_millis(), offset, "{asked}, {its_time}, {answered}");
        }
    }

    #[test]
    fn a_second_is_right_and_twenty_are_far_off() {
        for (millis, state) in [
            (0, ClockState::Right),
            (1_999, ClockState::Right),
            (2_000, ClockState::Off),
            (15_000, ClockState::Off),
            (15_001, ClockState::FarOff),
            (i64::MAX, ClockState::FarOff),
        ] {
            assert_eq!(ClockOffset::from_millis(millis).state(), state, "{millis}");
            assert_eq!(ClockOffset::from_millis(-millis).state(), state, "-{millis}");
        }
    }
}
