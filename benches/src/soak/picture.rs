//! The picture of the documentation: small charts with a line for each database.

use std::fmt::Write;

use super::{
    quantity::{disk, growing_rows, memory, sampled, swept_rows},
    run::Run,
    trend::{Point, WARM_UP},
};

const WIDTH: f64 = 860.0;
const TOP: f64 = 76.0;
const CHART_WIDTH: f64 = 400.0;
const CHART_HEIGHT: f64 = 96.0;
/// From one chart to the next, both ways.
const STRIDE: (f64, f64) = (460.0, 166.0);

/// The look of all pictures of the documentation.
const STYLE: &str = r#"
    text { font: 14px system-ui, -apple-system, "Segoe UI", "PingFang SC", "Noto Sans SC", sans-serif; fill: #1f2328; }
    .title { font-size: 17px; font-weight: 600; }
    .small { font-size: 12px; }
    polyline { fill: none; stroke-width: 1.5; stroke-linejoin: round; }
    .axis { stroke: #8c959f; }
    .warm-up { fill: #8c959f; opacity: 0.15; }
    .line0 { stroke: #1f6feb; } .line1 { stroke: #db6d28; }
    .key0 { fill: #1f6feb; } .key1 { fill: #db6d28; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .line0 { stroke: #4493f8; } .line1 { stroke: #d29922; }
      .key0 { fill: #4493f8; } .key1 { fill: #d29922; }
    }"#;

/// The words of a language.
pub(super) struct Words {
    title: &'static str,
    /// What the picture shows, for who cannot see it.
    description: &'static str,
    warm_up: &'static str,
    minutes: &'static str,
    memory: &'static str,
    descriptors: &'static str,
    p99: &'static str,
    disk: &'static str,
    swept: &'static str,
    growing: &'static str,
}

pub(super) const ENGLISH: Words = Words {
    title: "Half of the highest rate, for long",
    description: "Lines over time for memory, file descriptors, latency, size on disk and rows",
    warm_up: "warm-up",
    minutes: "min",
    memory: "resident memory, MiB",
    descriptors: "file descriptors",
    p99: "99th percentile of the latency, ms",
    disk: "size on disk, MiB",
    swept: "rows of the tables that are swept, thousands",
    growing: "rows of users, erased ones included, thousands",
};

pub(super) const CHINESE: Words = Words {
    title: "长时间以最高速率的一半运行",
    description: "内存、文件描述符、延迟、磁盘占用和行数随时间的变化",
    warm_up: "预热",
    minutes: "分钟",
    memory: "常驻内存，MiB",
    descriptors: "文件描述符",
    p99: "延迟的 99 分位，毫秒",
    disk: "磁盘占用，MiB",
    swept: "定期清理的表的行数，千行",
    growing: "用户表的行数（含已删除的用户），千行",
};

/// A chart for each quantity.
pub(super) fn picture(runs: &[Run], words: &Words) -> String {
    type Series = fn(&Run) -> Vec<Point>;
    let charts: [(&str, Series); 6] = [
        (words.memory, memory),
        (words.descriptors, |run| sampled(run, |sample| sample.descriptors)),
        (words.p99, |run| sampled(run, |sample| sample.p99)),
        (words.disk, disk),
        (words.swept, swept_rows),
        (words.growing, growing_rows),
    ];
    let height = TOP + 3.0 * STRIDE.1;
    let seconds = runs.iter().map(|run| run.seconds).fold(0.0, f64::max);
    let (title, description) = (words.title, words.description);
    let mut picture = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" aria-labelledby="title desc">
  <title id="title">{title}</title>
  <desc id="desc">{description}</desc>
  <style>{STYLE}
  </style>
  <text class="title" x="0" y="22">{title}</text>
"#
    );
    for (place, (number, run)) in [0.0, 1.0].into_iter().zip(runs.iter().enumerate()) {
        let x = 130.0 * place;
        let (text, name) = (x + 18.0, &run.database);
        let _ = writeln!(
            picture,
            r#"  <rect class="key{number}" x="{x}" y="40" width="12" height="12"/><text x="{text}" y="51">{name}</text>"#
        );
    }
    let places = [0.0, 1.0, 2.0].into_iter().flat_map(|row| [(0.0, row), (STRIDE.0, row)]);
    for ((x, row), (name, series)) in places.zip(charts) {
        let series: Vec<_> = runs.iter().map(series).collect();
        chart(&mut picture, (x, TOP + row * STRIDE.1), name, &series, (seconds, words));
    }
    picture.push_str("</svg>\n");
    picture
}

fn chart(
    picture: &mut String,
    (left, top): (f64, f64),
    name: &str,
    series: &[Vec<Point>],
    (seconds, words): (f64, &Words),
) {
    let highest = series.iter().flatten().map(|(_, value)| *value).fold(0.0, f64::max);
    let limit = round_up(highest);
    let (upper, lower, right) = (top + 24.0, top + 24.0 + CHART_HEIGHT, left + CHART_WIDTH);
    let (name_y, minutes_y) = (top + 14.0, lower + 16.0);
    let (warm, minutes, label) = (CHART_WIDTH * WARM_UP, seconds / 60.0, words.warm_up);
    let _ = write!(
        picture,
        r#"  <text x="{left}" y="{name_y}">{name}</text>
  <rect class="warm-up" x="{left}" y="{upper}" width="{warm:.1}" height="{CHART_HEIGHT}"/>
  <line class="axis" x1="{left}" y1="{lower}" x2="{right}" y2="{lower}"/>
  <line class="axis" x1="{left}" y1="{upper}" x2="{left}" y2="{lower}"/>
  <text class="small" x="{right}" y="{name_y}" text-anchor="end">0 – {limit}</text>
  <text class="small" x="{left}" y="{minutes_y}">{label}</text>
  <text class="small" x="{right}" y="{minutes_y}" text-anchor="end">{minutes:.0} {unit}</text>
"#,
        unit = words.minutes
    );
    for (number, points) in series.iter().enumerate() {
        let place = |(at, value): &Point| {
            format!("{:.1},{:.1}", left + CHART_WIDTH * at / seconds, lower - CHART_HEIGHT * value / limit)
        };
        let points: Vec<_> = points.iter().map(place).collect();
        let _ = writeln!(picture, r#"  <polyline class="line{number}" points="{}"/>"#, points.join(" "));
    }
}

/// The next of 1, 2 and 5 times a power of ten.
fn round_up(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(value.log10().floor());
    let steps = [1.0, 2.0, 5.0].map(|step| step * power);
    steps.into_iter().find(|step| value <= *step).unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soak::sample::Sample;

    #[test]
    fn axes_end_at_round_numbers() {
        let ends = [0.0, 0.3, 1.0, 1.1, 17.0, 49.0, 51.0, 730.0].map(|highest| round_up(highest).to_string());
        assert_eq!(ends, ["1", "0.5", "1", "2", "20", "50", "100", "1000"]);
    }

    #[test]
    fn every_chart_has_a_line_for_each_database() {
        let sample = |at| Sample { at, resident: 1e8, ..Sample::default() };
        let run = Run { seconds: 60.0, samples: vec![sample(10.0), sample(60.0)], ..Run::default() };
        let picture = picture(&[run.clone(), run], &ENGLISH);
        assert_eq!(picture.matches("<polyline").count(), 12);
        assert!(picture.contains("400.0,"), "the line ends at the right edge");
        assert!(!picture.contains("NaN"));
    }
}
