//! How content looks in a log: by its size alone.
use std::fmt;

/// Shows how many bytes there are and none of them: CONTENT.R10.
#[derive(Clone, Copy)]
pub(crate) struct Size(usize);

impl Size {
    pub(crate) fn of(content: &(impl AsRef<[u8]> + ?Sized)) -> Self {
        Self(content.as_ref().len())
    }
}

impl fmt::Debug for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0)
    }
}
