//! Operations against the clock.
use criterion::{BatchSize, Criterion};
use std::{cell::RefCell, time::Duration};
use xmtp_layers::Operation;

/// Short samples: all layers together take minutes, and counts of instructions catch what is smaller than their noise.
pub(crate) fn criterion() -> Criterion {
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(600))
        .configure_from_args()
}

/// Measures each operation under the name it has.
///
/// # Errors
/// If one of them fails.
pub(crate) fn measure(criterion: &mut Criterion, operations: Vec<Operation>) -> anyhow::Result<()> {
    for operation in operations {
        let (layer, name) = operation.name.split_once('/').unwrap_or(("", &operation.name));
        let mut group = criterion.benchmark_group(layer);
        let (name, is_repeatable) = (name.to_owned(), operation.is_repeatable());
        let (operation, failed) = (RefCell::new(operation), RefCell::new(None));
        let note = |done: anyhow::Result<()>| {
            if let Err(error) = done {
                failed.replace(Some(error));
            }
        };
        group.bench_function(name, |bencher| {
            if is_repeatable {
                bencher.iter(|| note(operation.borrow_mut().run()));
            } else {
                let ready = || note(operation.borrow_mut().ready());
                bencher.iter_batched(ready, |()| note(operation.borrow_mut().run()), BatchSize::PerIteration);
            }
        });
        group.finish();
        if let Some(error) = failed.into_inner() {
            return Err(error);
        }
    }
    Ok(())
}
