//! Pages: how much of a topic one answer holds.
use super::records::Logged;
use xmtp_types::SequenceId;

/// The most rows a page holds. Source of fact: observed on the official node.
pub(crate) const MAX_PAGE_ROWS: u32 = 100;

/// The bytes of payload after which a page ends early: released clients refuse an answer over 25 MiB, and would never
/// get past it.
const MAX_PAGE_BYTES: usize = 20 * 1024 * 1024;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

/// Which rows of a topic are wanted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Range {
    pub(crate) direction: Direction,
    /// Rows beyond this one, in the direction of reading; `None` starts at the first.
    pub(crate) beyond: Option<SequenceId>,
    /// At most so many rows: 1 to [`MAX_PAGE_ROWS`].
    pub(crate) rows: u32,
}

/// Rows in the order that was asked for.
#[derive(Debug)]
pub(crate) struct Page<R> {
    pub(crate) rows: Vec<R>,
    /// Whether the page ended at a limit, so that more may follow.
    pub(crate) full: bool,
}

impl Range {
    /// Everything after `id`, oldest first, a full page of it.
    pub(crate) const fn after(id: SequenceId) -> Self {
        Self { direction: Direction::Ascending, beyond: Some(id), rows: MAX_PAGE_ROWS }
    }

    /// The exclusive lower and upper bounds on ids, as SQLite counts.
    pub(crate) fn bounds(self) -> (i64, i64) {
        let beyond = self.beyond.map(|id| i64::try_from(id.as_u64()).unwrap_or(i64::MAX));
        match self.direction {
            Direction::Ascending => (beyond.unwrap_or(0), i64::MAX),
            Direction::Descending => (0, beyond.unwrap_or(i64::MAX)),
        }
    }
}

impl<B> Page<Logged<B>> {
    /// Takes rows until a limit is met.
    ///
    /// # Errors
    /// Whatever the rows bring.
    pub(crate) fn gather<E>(
        rows: impl Iterator<Item = Result<Logged<B>, E>>,
        limit: u32,
        size: impl Fn(&B) -> usize,
    ) -> Result<Self, E> {
        let mut page = Self { rows: Vec::new(), full: false };
        let mut bytes = 0;
        for row in rows {
            let row = row?;
            bytes += size(&row.body);
            page.rows.push(row);
            // NODE.R5
            page.full = page.rows.len() >= limit as usize || bytes >= MAX_PAGE_BYTES;
            if page.full {
                break;
            }
        }
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use xmtp_types::Timestamp;

    fn rows(sizes: &[usize]) -> impl Iterator<Item = Result<Logged<usize>, Infallible>> {
        sizes.iter().map(|size| Ok(Logged { id: SequenceId::ZERO, created: Timestamp::default(), body: *size }))
    }

    #[test] // NODE.R5
    fn pages_end_at_the_row_limit_or_when_they_grow_too_large_for_clients() {
        let gather = |sizes: &[usize], limit| {
            let Ok(page) = Page::gather(rows(sizes), limit, |size| *size);
            (page.rows.len(), page.full)
        };
        assert_eq!(gather(&[1, 1], 3), (2, false));
        assert_eq!(gather(&[1, 1, 1, 1], 3), (3, true));
        assert_eq!(gather(&[MAX_PAGE_BYTES, 1], 3), (1, true));
        assert_eq!(gather(&[MAX_PAGE_BYTES - 1, 1, 1], 3), (2, true));
    }
}
