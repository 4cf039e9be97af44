//! The picture: for each row how far ours is ahead, on a scale in which each step to the right is as much as the last.
use std::fmt::Write;

use super::table::number;
use crate::outcome::Figure;

const WIDTH: f64 = 960.0;
/// Where the scale begins and ends.
const LEFT: f64 = 370.0;
const RIGHT: f64 = 890.0;
const TOP: f64 = 74.0;
const BAR: f64 = 11.0;
/// From one row to the next beyond its bars.
const GAP: f64 = 8.0;
/// Ahead, and behind; each paler for every further version.
const COLOURS: [(&str, &str); 2] = [("#2a7f5f", "#b4452f"), ("#7fb9a2", "#d99585")];

/// Draws the ratios of `figures`; `note` says under what circumstances they were taken.
pub(super) fn picture(versions: &[String], figures: &[&Figure], note: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for figure in figures {
        if !names.contains(&figure.name.as_str()) {
            names.push(&figure.name);
        }
    }
    let scale = Scale::of(figures.iter().filter_map(|figure| figure.ratio));
    let row = versions.len() as f64 * BAR + GAP;
    let bottom = TOP + names.len() as f64 * row;
    let height = bottom + 34.0;

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    text(&mut svg, 16.0, 24.0, "font-size=\"16\" font-weight=\"bold\"", "How far ahead of the official client");
    text(&mut svg, 16.0, 42.0, "fill=\"#555555\"", note);
    legend(&mut svg, versions);
    for tick in scale.ticks() {
        let x = scale.x(tick);
        let colour = if tick == 1.0 { "#333333" } else { "#dddddd" };
        writeln_to(
            &mut svg,
            format_args!("<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{bottom:.1}\" stroke=\"{colour}\"/>"),
        );
        let label = if tick < 1.0 { format!("1/{:.0}", 1.0 / tick) } else { format!("{tick:.0}x") };
        text(&mut svg, x, bottom + 16.0, "text-anchor=\"middle\" fill=\"#555555\"", &label);
    }
    for (place, name) in names.iter().enumerate() {
        let y = TOP + GAP / 2.0 + place as f64 * row;
        let middle = y + versions.len() as f64 * BAR / 2.0 + 4.0;
        text(&mut svg, LEFT - 10.0, middle, "text-anchor=\"end\"", name);
        for (index, version) in versions.iter().enumerate() {
            let found = figures.iter().find(|figure| figure.name == *name && figure.official_version == *version);
            let ratio = found.and_then(|figure| figure.ratio);
            bar(&mut svg, scale, y + index as f64 * BAR, index, ratio);
        }
    }
    svg + "</svg>\n"
}

fn bar(svg: &mut String, scale: Scale, y: f64, version: usize, ratio: Option<f64>) {
    let Some(ratio) = ratio else {
        return text(svg, scale.x(1.0) + 4.0, y + BAR - 2.0, "font-size=\"10\" fill=\"#999999\"", "not measured");
    };
    let (one, end) = (scale.x(1.0), scale.x(ratio));
    let (x, width) = (one.min(end), (one - end).abs().max(1.0));
    let (ahead, behind) = COLOURS.get(version % COLOURS.len()).copied().unwrap_or_default();
    let colour = if ratio >= 1.0 { ahead } else { behind };
    writeln_to(
        svg,
        format_args!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{colour}\"/>",
            BAR - 1.0
        ),
    );
    let label = format!("{}x", number(Some(ratio)));
    text(svg, one.max(end) + 4.0, y + BAR - 2.0, "font-size=\"10\" fill=\"#333333\"", &label);
}

fn legend(svg: &mut String, versions: &[String]) {
    let mut x = LEFT;
    for (index, version) in versions.iter().enumerate() {
        let (ahead, behind) = COLOURS.get(index % COLOURS.len()).copied().unwrap_or_default();
        for (step, colour) in [ahead, behind].into_iter().enumerate() {
            let at = x + step as f64 * 12.0;
            writeln_to(
                svg,
                format_args!("<rect x=\"{at:.1}\" y=\"52\" width=\"10\" height=\"10\" fill=\"{colour}\"/>"),
            );
        }
        text(svg, x + 28.0, 61.0, "", &format!("against {version}"));
        x += 60.0 + 7.0 * (version.len() + 8) as f64;
    }
}

fn text(svg: &mut String, x: f64, y: f64, attributes: &str, what: &str) {
    let what = what.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    writeln_to(svg, format_args!("<text x=\"{x:.1}\" y=\"{y:.1}\" {attributes}>{what}</text>"));
}

fn writeln_to(svg: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a text cannot fail.
    writeln!(svg, "{line}").ok();
}

/// Powers of ten from left to right.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scale {
    lowest: i32,
    highest: i32,
}

impl Scale {
    /// One that has room for all of these, and for 1.
    fn of(ratios: impl Iterator<Item = f64>) -> Self {
        let mut scale = Self { lowest: 0, highest: 1 };
        for ratio in ratios.filter(|ratio| *ratio > 0.0) {
            scale.lowest = scale.lowest.min(ratio.log10().floor() as i32);
            scale.highest = scale.highest.max(ratio.log10().ceil() as i32);
        }
        scale
    }

    fn x(self, ratio: f64) -> f64 {
        let place =
            (ratio.max(f64::MIN_POSITIVE).log10() - f64::from(self.lowest)) / f64::from(self.highest - self.lowest);
        LEFT + place.clamp(0.0, 1.0) * (RIGHT - LEFT)
    }

    fn ticks(self) -> impl Iterator<Item = f64> {
        (self.lowest..=self.highest).map(|power| 10_f64.powi(power))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(name: &str, version: &str, ratio: Option<f64>) -> Figure {
        Figure {
            name: name.to_owned(),
            unit: "ms",
            ours: Some(1.0),
            official: ratio,
            official_version: version.to_owned(),
            ratio,
            requests_ours: None,
            requests_official: None,
            best_ours: None,
            best_official: None,
            leads: true,
        }
    }

    #[test]
    fn a_scale_has_room_for_every_ratio_and_equal_steps() {
        let scale = Scale::of([0.3, 45.0].into_iter());
        assert_eq!(scale, Scale { lowest: -1, highest: 2 });
        assert_eq!(scale.ticks().collect::<Vec<_>>(), [0.1, 1.0, 10.0, 100.0]);
        let step = (RIGHT - LEFT) / 3.0;
        assert!((scale.x(10.0) - scale.x(1.0) - step).abs() < 1e-9);
        assert!((scale.x(100.0) - RIGHT).abs() < 1e-9);
    }

    #[test]
    fn bars_go_right_where_ours_is_ahead_and_left_where_it_is_behind() {
        let figures = [figure("a & b", "5", Some(10.0)), figure("c", "5", Some(0.5)), figure("d", "5", None)];
        let svg = picture(&["5".to_owned()], &figures.iter().collect::<Vec<_>>(), "note");
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        assert!(svg.contains("a &amp; b") && svg.contains("10.0x") && svg.contains("0.50x"));
        assert!(svg.contains("not measured"));
        let (ahead, behind) = COLOURS[0];
        // One bar each, and one in the legend.
        assert_eq!((svg.matches(ahead).count(), svg.matches(behind).count()), (2, 2));
    }
}
