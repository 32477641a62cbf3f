//! Whether a series is flat: computed, not looked at.

/// A moment in seconds, and what was measured then.
pub(super) type Point = (f64, f64);

/// The share of a run that does not count: until then caches fill, and what is swept gets as old as it may.
pub(super) const WARM_UP: f64 = 1.0 / 3.0;

/// The straight line that fits a series best, by least squares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Trend {
    /// Where the line begins.
    pub(super) start: f64,
    /// Where the line ends.
    pub(super) end: f64,
    /// The mean of the series.
    pub(super) mean: f64,
    /// The standard error of the change: how much of it the scatter of the points makes by chance.
    pub(super) error: f64,
}

/// A change of fewer standard errors may well be chance: it is so once in twenty times where there is none.
const CHANCE: f64 = 2.0;

/// How much a series may change.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    /// Less than this share of its mean.
    Share(f64),
    /// Less than this.
    Absolute(f64),
    /// Less than this share of its mean, or less than this.
    Either(f64, f64),
    /// It grows by design.
    Grows,
}

impl Trend {
    /// The trend of the points after the warm-up. `None` for fewer than three points, or where all are of one moment.
    pub(super) fn after_warm_up(points: &[Point], run: f64) -> Option<Self> {
        let warm = points.iter().position(|(at, _)| *at >= run * WARM_UP)?;
        Self::of(&points[warm..])
    }

    fn of(points: &[Point]) -> Option<Self> {
        let ([(first, _), .., (last, _)], count @ 3..) = (points, points.len()) else { return None };
        let count = f64::from(u32::try_from(count).ok()?);
        let mean_of = |value: fn(&Point) -> f64| points.iter().map(value).sum::<f64>() / count;
        let (middle, mean) = (mean_of(|point| point.0), mean_of(|point| point.1));
        let spread: f64 = points.iter().map(|(at, _)| (at - middle).powi(2)).sum();
        let product: f64 = points.iter().map(|(at, value)| (at - middle) * (value - mean)).sum();
        (spread > 0.0).then(|| {
            let at = |moment: f64| mean + product / spread * (moment - middle);
            let off: f64 = points.iter().map(|(moment, value)| (value - at(*moment)).powi(2)).sum();
            let error = (off / (count - 2.0) / spread).sqrt() * (last - first);
            Self { start: at(*first), end: at(*last), mean, error }
        })
    }

    pub(super) fn change(&self) -> f64 {
        self.end - self.start
    }

    /// A change, or an error, as a share of the mean.
    pub(super) fn share(&self, of: f64) -> f64 {
        if self.mean == 0.0 { 0.0 } else { of / self.mean }
    }

    /// Whether the series changes less than the rule allows, or no more than by chance. `None` where none is asked for.
    pub(super) fn is_flat(&self, rule: Rule) -> Option<bool> {
        let is_chance = self.change().abs() < CHANCE * self.error;
        let within_share = |share: f64| is_chance || self.share(self.change()).abs() < share;
        let within = |most: f64| is_chance || self.change().abs() < most;
        match rule {
            Rule::Share(share) => Some(within_share(share)),
            Rule::Absolute(most) => Some(within(most)),
            Rule::Either(share, most) => Some(within_share(share) || within(most)),
            Rule::Grows => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: f64 = 300.0;

    /// A run of five minutes, with a point each second.
    fn trend(value: impl Fn(f64) -> f64) -> Trend {
        let points: Vec<_> = (0..=300_u32).map(f64::from).map(|at| (at, value(at))).collect();
        Trend::after_warm_up(&points, RUN).unwrap()
    }

    /// Between -1 and 1, and without a trend of its own over many points.
    fn noise(at: f64) -> f64 {
        (at * 12.989_8).sin()
    }

    fn is_close(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-6
    }

    #[test]
    fn a_series_that_grows_is_not_flat() {
        let grown = trend(|at| 100.0 + at / 10.0);
        assert!(is_close(grown.start, 110.0) && is_close(grown.end, 130.0), "{grown:?}");
        assert!(is_close(grown.share(grown.change()), 20.0 / 120.0));
        assert_eq!(grown.is_flat(Rule::Share(0.05)), Some(false));
        assert_eq!(grown.is_flat(Rule::Absolute(16.0)), Some(false));
        assert_eq!(grown.is_flat(Rule::Either(0.10, 16.0)), Some(false));
        assert_eq!(grown.is_flat(Rule::Either(0.10, 21.0)), Some(true));
        assert_eq!(grown.is_flat(Rule::Grows), None);
    }

    #[test]
    fn a_series_that_shrinks_is_not_flat() {
        assert_eq!(trend(|at| 100.0 - at / 10.0).is_flat(Rule::Share(0.05)), Some(false));
    }

    #[test]
    fn a_constant_is_flat_even_at_zero() {
        assert_eq!(trend(|_| 42.0).is_flat(Rule::Share(0.001)), Some(true));
        assert_eq!(trend(|_| 0.0).is_flat(Rule::Share(0.001)), Some(true));
    }

    #[test]
    fn noise_does_not_hide_what_grows_nor_make_grow_what_is_flat() {
        let flat = trend(|at| 100.0 + 30.0 * noise(at));
        assert_eq!(flat.is_flat(Rule::Share(0.05)), Some(true), "{flat:?}");
        let growing = trend(|at| 100.0 + 30.0 * noise(at) + at / 10.0);
        assert_eq!(growing.is_flat(Rule::Share(0.05)), Some(false), "{growing:?}");
    }

    #[test]
    fn a_change_that_may_be_chance_is_none() {
        // No line fits these well.
        let points = [(0.0, 40.0), (1.0, 10.0), (2.0, 70.0), (3.0, 50.0), (4.0, 30.0), (5.0, 60.0)];
        let scattered = Trend::of(&points).unwrap();
        assert!(
            scattered.share(scattered.change()) > 0.2 && scattered.error > scattered.change(),
            "{scattered:?}"
        );
        assert_eq!(scattered.is_flat(Rule::Share(0.05)), Some(true));
    }

    #[test]
    fn a_saw_is_flat_where_its_teeth_are_the_same() {
        let saw = trend(|at| 1_000.0 + 5.0 * (at % 10.0));
        assert_eq!(saw.is_flat(Rule::Share(0.05)), Some(true), "{saw:?}");
    }

    #[test]
    fn what_grows_in_the_warm_up_alone_is_flat() {
        assert_eq!(trend(|at| at.min(100.0)).is_flat(Rule::Share(0.001)), Some(true));
    }

    #[test]
    fn a_few_points_have_no_trend() {
        assert_eq!(Trend::after_warm_up(&[], RUN), None);
        assert_eq!(Trend::after_warm_up(&[(150.0, 1.0), (200.0, 2.0)], RUN), None);
        assert_eq!(Trend::after_warm_up(&[(0.0, 1.0), (50.0, 2.0), (99.0, 3.0)], RUN), None);
        assert_eq!(Trend::after_warm_up(&[(150.0, 1.0), (150.0, 2.0), (150.0, 3.0)], RUN), None);
    }
}
