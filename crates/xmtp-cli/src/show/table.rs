//! Rows for a person: as wide as the terminal, in colour where that is wanted.
use crate::{error::CliError, output};
use comfy_table::{Attribute, Cell, ColumnConstraint, ContentArrangement};

/// Rows under a heading.
#[derive(Debug)]
pub(crate) struct Table(comfy_table::Table);

/// What a cell is to the reader.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tone {
    /// What is looked for.
    Strong,
    /// What it says.
    Plain,
    /// What is there for completeness.
    Faint,
}

impl Table {
    /// A table of these columns. Those in `whole` are never broken: somebody may want to copy what is in them.
    pub(crate) fn new(headings: &[&str], whole: &[usize]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        if console::colors_enabled() {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        if let Some(width) = output::columns().and_then(|columns| u16::try_from(columns).ok()) {
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        }
        table
            .set_header(headings.iter().map(|heading| Cell::new(heading.to_uppercase()).add_attribute(Attribute::Dim)));
        let columns = headings.len();
        for index in 0..columns {
            if let Some(column) = table.column_mut(index) {
                column.set_padding((0, if index + 1 == columns { 0 } else { 2 }));
                if whole.contains(&index) {
                    column.set_constraint(ColumnConstraint::ContentWidth);
                }
            }
        }
        Self(table)
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = (Tone, String)>) {
        let styled = cells.into_iter().map(|(tone, text)| {
            let cell = Cell::new(text);
            match tone {
                Tone::Strong => cell.add_attribute(Attribute::Bold),
                Tone::Plain => cell,
                Tone::Faint => cell.add_attribute(Attribute::Dim),
            }
        });
        self.0.add_row(styled);
    }

    /// Writes it to standard output.
    ///
    /// # Errors
    /// [`CliError::OutputClosed`] if the reader has gone.
    pub(crate) fn print(&self) -> Result<(), CliError> {
        for line in self.0.lines() {
            output::line(line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_without_a_terminal_nothing_is_broken_or_coloured() {
        let mut table = Table::new(&["id", "name"], &[0]);
        table.0.force_no_tty();
        table.row([(Tone::Faint, "ab".to_owned()), (Tone::Strong, "日本 ".repeat(60))]);
        table.row([(Tone::Faint, "abcdef".to_owned()), (Tone::Strong, "x".to_owned())]);
        let lines: Vec<String> = table.0.lines().map(|line| line.trim_end().to_owned()).collect();
        assert_eq!(lines[0], "ID      NAME");
        assert!(lines[1].starts_with("ab      日本 日本") && lines[2] == "abcdef  x", "{lines:?}");
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn a_narrow_terminal_breaks_what_may_be_broken() {
        let mut table = Table::new(&["id", "name"], &[0]);
        table.0.force_no_tty().set_content_arrangement(ContentArrangement::Dynamic).set_width(20);
        table.row([(Tone::Faint, "abcdefgh".to_owned()), (Tone::Strong, "one two three".to_owned())]);
        let lines: Vec<String> = table.0.lines().map(|line| line.trim_end().to_owned()).collect();
        assert_eq!(lines[1..], ["abcdefgh  one two", "          three"]);
    }
}
