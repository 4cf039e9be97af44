//! The table, as Markdown that also reads well in a terminal.
use crate::outcome::Figure;

const HEADS: [&str; 8] =
    ["", "unit", "ours", "official", "ratio", "best: ours", "official", "requests: ours / official"];

/// The table of one version.
pub(super) fn table(version: &str, figures: &[&Figure]) -> String {
    let mut rows = vec![HEADS.map(str::to_owned)];
    rows.extend(figures.iter().map(|figure| cells(figure)));
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..HEADS.len()).map(|column| width(column).unwrap_or_default().max(3)).collect();
    let mut text = format!("Against the official client {version}:\n\n");
    for (place, row) in rows.iter().enumerate() {
        text += &line(row, &widths);
        if place == 0 {
            text += &rule(&widths);
        }
    }
    text
}

fn cells(figure: &Figure) -> [String; 8] {
    let requests = match (figure.requests_ours, figure.requests_official) {
        (None, None) => String::new(),
        (ours, official) => format!("{} / {}", number(ours), number(official)),
    };
    [
        figure.name.clone(),
        figure.unit.to_owned(),
        number(figure.ours),
        number(figure.official),
        figure.ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{}x", number(Some(ratio)))),
        number(figure.best_ours),
        number(figure.best_official),
        requests,
    ]
}

/// Names and units to the left, figures to the right.
fn line(cells: &[String; 8], widths: &[usize]) -> String {
    let padded =
        cells.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
            if column < 2 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
    format!("| {} |\n", padded.collect::<Vec<_>>().join(" | "))
}

fn rule(widths: &[usize]) -> String {
    let rules = widths
        .iter()
        .enumerate()
        .map(|(column, width)| if column < 2 { "-".repeat(*width) } else { format!("{}:", "-".repeat(width - 1)) });
    format!("| {} |\n", rules.collect::<Vec<_>>().join(" | "))
}

/// A number with about three digits that say something, or a dash.
pub(super) fn number(value: Option<f64>) -> String {
    let Some(value) = value else { return "-".to_owned() };
    match value.abs() {
        size if size >= 1_000.0 => grouped(value),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        0.0 => "0".to_owned(),
        _ => format!("{value:.2}"),
    }
}

fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let grouped: Vec<String> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| group.iter().map(|digit| char::from(*digit)).collect())
        .collect();
    format!("{}{}", if value < 0.0 { "-" } else { "" }, grouped.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure() -> Figure {
        Figure {
            name: "1,000 sequential sends".to_owned(),
            unit: "messages/s",
            ours: Some(1_234.5),
            official: Some(246.9),
            official_version: "5.5.0".to_owned(),
            ratio: Some(5.0),
            requests_ours: Some(1.0),
            requests_official: Some(2.0),
            best_ours: Some(1_300.0),
            best_official: None,
            leads: true,
        }
    }

    #[test]
    fn a_number_shows_three_digits_or_whole_thousands() {
        let shown = [0.0, 0.1234, 9.876, 12.34, 123.4, 1_234.5, 1_234_567.0].map(|value| number(Some(value)));
        assert_eq!(shown, ["0", "0.12", "9.88", "12.3", "123", "1,234", "1,234,567"]);
        assert_eq!(number(None), "-");
    }

    #[test]
    fn every_line_of_a_table_is_equally_long_and_says_who_is_ahead() {
        let table = table("5.5.0", &[&figure()]);
        let lines: Vec<&str> = table.lines().skip(2).collect();
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|line| line.chars().count() == lines[0].chars().count()), "{table}");
        assert!(lines[2].contains("5.00x") && lines[2].contains("1.00 / 2.00"), "{table}");
    }
}
