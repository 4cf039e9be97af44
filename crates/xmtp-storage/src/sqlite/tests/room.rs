//! What a database takes on the disk.
use super::Temporary;
use crate::{Durability, Namespace::Mls, Store as _};
use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::BigInt};

const GROUPS: u32 = 100;
const VALUES: u32 = 12;

#[derive(QueryableByName)]
struct Pages {
    #[diesel(sql_type = BigInt)]
    used: i64,
}

/// The pages of a store with a dozen values for each of many groups, one of which was as long as `peaks` in between.
fn pages(peaks: &[usize]) -> i64 {
    let store = Temporary::new(None);
    for group in 0..GROUPS {
        let name = |value: u32| [group.to_be_bytes(), value.to_be_bytes()].concat();
        let mut tx = store.begin(Durability::Relaxed).unwrap();
        for value in 0..VALUES {
            tx.put_value(Mls, &name(value), &[7; 250]).unwrap();
        }
        tx.commit().unwrap();
        for length in peaks.iter().chain(&[1]) {
            let mut tx = store.begin(Durability::Relaxed).unwrap();
            tx.put_value(Mls, &name(VALUES / 2), &vec![7; *length]).unwrap();
            tx.commit().unwrap();
        }
    }
    let used = "SELECT page_count - freelist_count AS used FROM pragma_page_count, pragma_freelist_count";
    let found: Pages = sql_query(used).get_result(&mut store.writer().as_mut().unwrap().connection).unwrap();
    found.used
}

#[test]
fn a_value_that_is_long_for_a_while_leaves_no_room_behind() {
    let (always_short, for_a_while) = (pages(&[]), pages(&[5000]));
    assert!(for_a_while * 10 <= always_short * 11, "{for_a_while} pages, and {always_short}");
}
