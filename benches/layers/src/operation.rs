//! One thing that is measured.
use anyhow::Result;
use std::fmt;

/// An operation of a layer, ready to be run any number of times.
pub struct Operation {
    /// Its layer, and what it does: `mls/message sent, 250 members`.
    pub name: String,
    work: Box<dyn Work>,
}

/// What is measured, and what must be done before it each time.
pub trait Work {
    /// Makes ready for one run. Not measured.
    ///
    /// # Errors
    /// If what is needed fails.
    fn ready(&mut self) -> Result<()> {
        Ok(())
    }

    /// What is measured.
    ///
    /// # Errors
    /// If it fails.
    fn run(&mut self) -> Result<()>;

    /// Whether it can be run any number of times without being made ready.
    fn is_repeatable(&self) -> bool {
        false
    }
}

impl Operation {
    /// An operation that needs nothing to be made ready.
    pub fn new(layer: &str, name: impl fmt::Display, work: impl FnMut() -> Result<()> + 'static) -> Self {
        Self::with(layer, name, Repeated(work))
    }

    /// An operation.
    pub fn with(layer: &str, name: impl fmt::Display, work: impl Work + 'static) -> Self {
        Self { name: format!("{layer}/{name}"), work: Box::new(work) }
    }

    /// Makes ready for one run.
    ///
    /// # Errors
    /// If what is needed fails.
    pub fn ready(&mut self) -> Result<()> {
        self.work.ready()
    }

    /// Whether it can be run any number of times without being made ready.
    pub fn is_repeatable(&self) -> bool {
        self.work.is_repeatable()
    }

    /// Runs it once.
    ///
    /// # Errors
    /// If it fails.
    pub fn run(&mut self) -> Result<()> {
        self.work.run()
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Operation").field(&self.name).finish()
    }
}

struct Repeated<F>(F);

impl<F: FnMut() -> Result<()>> Work for Repeated<F> {
    fn run(&mut self) -> Result<()> {
        (self.0)()
    }

    fn is_repeatable(&self) -> bool {
        true
    }
}
