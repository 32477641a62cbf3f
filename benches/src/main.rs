//! Ratios of our speed to named baselines.

fn main() {}
