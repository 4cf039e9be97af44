//! The rows of the race, a file for each subject. `begin` has the states that laps of several rows begin from.
mod begin;
mod burst;
mod changes;
mod clients;
mod footprint;
mod large_groups;
mod latency;
mod many_groups;
mod missed;
mod queue;
mod sends;

use crate::row::Row;

/// All rows, in the order of the table.
pub(crate) fn all() -> Vec<Row> {
    [
        clients::ROWS,
        sends::ROWS,
        queue::ROWS,
        missed::ROWS,
        large_groups::ROWS,
        changes::ROWS,
        many_groups::ROWS,
        latency::ROWS,
        burst::ROWS,
        footprint::ROWS,
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_figures_have_one_name() {
        let rows = all();
        let names: BTreeSet<_> =
            rows.iter().flat_map(|row| row.measures.iter().map(move |measure| (row.name, measure.label))).collect();
        assert_eq!(names.len(), rows.iter().map(|row| row.measures.len()).sum::<usize>());
        assert!(rows.iter().all(|row| !row.measures.is_empty()));
    }
}
