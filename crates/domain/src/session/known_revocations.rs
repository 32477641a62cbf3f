use std::{collections::BTreeSet, ops::RangeInclusive, time::Duration};

use super::RecordedRevocation;
use crate::time::Timestamp;

/// For how long a missing number is read again: no commit takes longer.
const MISSING_FOR: Duration = Duration::from_mins(2);

/// Numbers that are found missing within so long are read again as one range. It bounds how many
/// ranges there are.
const TOGETHER: Duration = Duration::from_secs(2);

/// How many numbers before the latest one are read again after the start: commits that have one of
/// them may still be under way.
const BEFORE_THE_START: u64 = 10_000;

/// Which revocations an instance knows, and which it has to read.
///
/// A revocation gets its number before its commit is done. So a lower number may appear after a
/// higher one, or never, if its commit was undone. A range in which numbers are missing is therefore
/// read again until it is complete, or two minutes old.
#[derive(Clone, Debug)]
pub(super) struct KnownRevocations {
    /// The one with the highest number.
    last: Option<RecordedRevocation>,
    /// Ranges below it in which numbers are missing, in the order of their numbers.
    missing: Vec<Missing>,
}

#[derive(Clone, Debug)]
struct Missing {
    numbers: RangeInclusive<u64>,
    since: Timestamp,
}

/// The last known revocation is not on record any more: the ones after it may not be either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lost;

impl KnownRevocations {
    /// What an instance knows that holds nothing yet: `latest` is the latest revocation on record.
    pub(super) fn starting_at(latest: Option<RecordedRevocation>, now: Timestamp) -> Self {
        let missing = latest.map(|latest| Missing {
            numbers: latest.number.saturating_sub(BEFORE_THE_START).max(1)..=latest.number,
            since: now,
        });
        Self { last: latest, missing: Vec::from_iter(missing) }
    }

    /// The first number of those to read. It is the last known one: that it is still on record shows
    /// that none after it was removed.
    pub(super) fn from(&self) -> u64 {
        self.last.map_or(0, |last| last.number)
    }

    /// The ranges to read again.
    pub(super) fn missing(&self) -> Vec<RangeInclusive<u64>> {
        self.missing.iter().map(|missing| missing.numbers.clone()).collect()
    }

    /// What is known once `found` was read at `now`.
    pub(super) fn with(mut self, found: &[RecordedRevocation], now: Timestamp) -> Result<Self, Lost> {
        if self.last.is_some_and(|last| !found.contains(&last)) {
            return Err(Lost);
        }
        let numbers: BTreeSet<_> = found.iter().map(|revocation| revocation.number).collect();
        let known = self.from();
        self.last = found.iter().copied().chain(self.last).max_by_key(|revocation| revocation.number);
        self.missing.retain_mut(|missing| {
            let is_recent = now.distance(missing.since) <= MISSING_FOR + TOGETHER;
            is_recent && missing.narrow(&numbers)
        });
        let mut new = Missing { numbers: known + 1..=self.from(), since: now };
        if new.narrow(&numbers) {
            self.remember(new);
        }
        Ok(self)
    }

    fn remember(&mut self, new: Missing) {
        match self.missing.last_mut() {
            Some(last) if new.since.distance(last.since) < TOGETHER => {
                last.numbers = *last.numbers.start()..=*new.numbers.end();
            }
            Some(_) | None => self.missing.push(new),
        }
    }
}

impl Missing {
    /// Shortens the range to what is between the first and the last number that `found` has not.
    /// Returns whether there is one.
    fn narrow(&mut self, found: &BTreeSet<u64>) -> bool {
        let is_missing = |number: &u64| !found.contains(number);
        let first = self.numbers.clone().find(is_missing);
        let last = self.numbers.clone().rev().find(is_missing);
        match first.zip(last) {
            Some((first, last)) => {
                self.numbers = first..=last;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::session::Digest;

    const START: Timestamp = Timestamp::from_millis(1_795_000_000_000);

    fn revocation(number: u64) -> RecordedRevocation {
        RecordedRevocation { number, token_hash: Digest::new([7; 32]) }
    }

    fn after(seconds: u64) -> Timestamp {
        START.plus(Duration::from_secs(seconds))
    }

    /// What is known at the start, of which `last` was the last one, and nothing is missing.
    fn knowing(last: u64) -> KnownRevocations {
        let known = KnownRevocations::starting_at(Some(revocation(last)), START);
        let found: Vec<_> = (1..=last).map(revocation).collect();
        known.with(&found, START).unwrap()
    }

    /// Readings: each at its second, with the numbers that it finds.
    type Readings<'a> = &'a [(u64, &'a [u64])];

    /// The ranges that are read again after these readings.
    fn missing_after(readings: Readings) -> Vec<RangeInclusive<u64>> {
        let mut known = knowing(3);
        for (second, found) in readings {
            let found: Vec<_> = found.iter().copied().map(revocation).collect();
            known = known.with(&found, after(*second)).unwrap();
        }
        known.missing()
    }

    #[test]
    fn ranges_with_missing_numbers_are_read_again() {
        let table: [(Readings, &[RangeInclusive<u64>]); 11] = [
            (&[(1, &[3])], &[]),
            (&[(1, &[3, 4, 5])], &[]),
            (&[(1, &[3, 4, 6])], &[5..=5]),
            (&[(1, &[3, 5, 7, 9])], &[4..=8]),
            // A late one narrows the range, the last of them completes it.
            (&[(1, &[3, 5, 7, 9]), (2, &[4, 5, 7, 9])], &[6..=8]),
            (&[(1, &[3, 6]), (2, &[6, 5, 4])], &[]),
            // Within two seconds there is one range, later another.
            (&[(1, &[3, 5]), (2, &[5, 7])], &[4..=6]),
            (&[(1, &[3, 5]), (3, &[5, 7])], &[4..=4, 6..=6]),
            // A number is read again for two minutes, and some seconds.
            (&[(1, &[3, 5]), (121, &[5])], &[4..=4]),
            (&[(1, &[3, 5]), (124, &[5])], &[]),
            // A large leap is one range.
            (&[(1, &[3, 1_000_000])], &[4..=999_999]),
        ];
        for (readings, missing) in table {
            assert_eq!(missing_after(readings), missing, "{readings:?}");
        }
    }

    #[test]
    fn commits_that_were_under_way_at_the_start_are_read() {
        let known = |latest: u64| KnownRevocations::starting_at(Some(revocation(latest)), START);
        assert_eq!((known(20_000).from(), known(20_000).missing()), (20_000, vec![10_000..=20_000]));
        assert_eq!((known(5).from(), known(5).missing()), (5, vec![1..=5]));
        let of_nothing = KnownRevocations::starting_at(None, START);
        assert_eq!((of_nothing.from(), of_nothing.missing()), (0, vec![]));
        let first = of_nothing.with(&[revocation(3)], START).unwrap();
        assert_eq!((first.from(), first.missing()), (3, vec![1..=2]));
    }

    #[test]
    fn the_last_known_one_has_to_be_on_record() {
        let lost = |found: &[RecordedRevocation]| knowing(3).with(found, START).unwrap_err();
        assert_eq!(lost(&[]), Lost);
        // It was removed, or the database is an older one.
        assert_eq!(lost(&[revocation(4)]), Lost);
        let another = RecordedRevocation { token_hash: Digest::new([8; 32]), ..revocation(3) };
        assert_eq!(lost(&[another, revocation(4)]), Lost);
    }

    /// A commit with one revocation, in steps of half a second.
    #[derive(Clone, Debug)]
    struct Commit {
        begins: u64,
        takes: u64,
        is_undone: bool,
        left_out_before: u64,
    }

    fn commits() -> impl Strategy<Value = Vec<Commit>> {
        let takes = prop_oneof![4 => 0..4_u64, 1 => 0..=240_u64];
        let commit = (0..400_u64, takes, prop::bool::weighted(0.1), 0..3_u64).prop_map(
            |(begins, takes, is_undone, left_out_before)| Commit {
                begins,
                takes,
                is_undone,
                left_out_before,
            },
        );
        vec(commit, 0..60).prop_map(|mut commits| {
            commits.sort_by_key(|commit| commit.begins);
            commits
        })
    }

    proptest! {
        #[test]
        fn none_is_missed(commits in commits(), start in 0..400_u64) {
            let mut number = 0;
            let commits: Vec<_> = commits.into_iter().filter_map(|commit| {
                number += 1 + commit.left_out_before;
                (!commit.is_undone).then_some((commit.begins + commit.takes, revocation(number)))
            }).collect();
            let on_record = |step: u64| {
                commits.iter().filter(move |(done, _)| *done <= step).map(|(_, revocation)| *revocation)
            };
            let at = |step: u64| START.plus(Duration::from_millis(500 * step));
            let latest = on_record(start).max_by_key(|revocation| revocation.number);
            let mut known = KnownRevocations::starting_at(latest, at(start));
            for step in start + 1..650 {
                let (from, missing) = (known.from(), known.missing());
                let is_read = |number: u64| {
                    number >= from || missing.iter().any(|range| range.contains(&number))
                };
                let found: Vec<_> = on_record(step).filter(|one| is_read(one.number)).collect();
                for (_, revocation) in commits.iter().filter(|(done, _)| *done == step) {
                    prop_assert!(found.contains(revocation), "{} at {step}", revocation.number);
                }
                prop_assert!(missing.len() <= 62);
                known = known.with(&found, at(step)).unwrap();
            }
        }
    }
}
